import { COVARIATES } from '../../core/patient/covariates.ts';
import type { Problem } from './en.ts';
import { zhFields } from './zhFields.ts';

/** A sentence as the pipeline writes it, parts in groups, and the same in Chinese. */
type Sentence = readonly [pattern: RegExp, chinese: (...parts: string[]) => string];

const exactly = (english: string, chinese: string): Sentence => [
  new RegExp(`^${english.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
  () => chinese,
];

/** Parts of reasons why a series was taken or not. */
const PHRASES: readonly Sentence[] = [
  exactly("across the heart's long axis", '垂直于心脏长轴'),
  exactly("perhaps across the heart's long axis", '可能垂直于心脏长轴'),
  exactly("not across the heart's long axis", '不垂直于心脏长轴'),
  exactly('axial', '横断位'),
  exactly('coronal', '冠状位'),
  exactly('sagittal', '矢状位'),
  exactly('named as late enhancement', '名称示为延迟强化'),
  exactly('named as late enhancement (PSIR)', '名称示为延迟强化（PSIR）'),
  exactly('with no name that says late enhancement', '名称未示延迟强化'),
  exactly('magnitude', '幅值图'),
  exactly('not named as PSIR', '名称未示 PSIR'),
  exactly('a scout for the inversion time', '反转时间定标'),
  exactly('a localizer', '定位像'),
  exactly('a T1 or T2 map', 'T1 或 T2 定量图'),
  exactly('a cine', '电影序列'),
  exactly('a perfusion series', '灌注序列'),
  exactly('a flow measurement', '血流测量'),
  exactly('an angiogram or a tagged series', '血管成像或标记序列'),
  exactly('a T2 or dark-blood series', 'T2 或黑血序列'),
  exactly('a bright-blood series', '亮血序列'),
  [/^(\d+) parallel slices ([\d.]+) mm apart$/, (slices, mm) => `${slices} 个平行层面，间距 ${mm} mm`],
  [/^by its name (.+), and (.+)$/, (kind, rest) => `名称示为${phrase(kind)}，且${phrase(rest)}`],
  [/^only (\d+) slices$/, (slices) => `仅 ${slices} 层`],
  exactly('a single slice, not a stack', '仅单层，不成堆栈'),
  [/^(\d+) slices are missing between slice (\d+) and (\d+)$/, (n, a, b) => `第 ${a} 与第 ${b} 层之间缺 ${n} 层`],
  [/^its slices lie unevenly, ([\d.]+) to ([\d.]+) mm apart$/, (low, high) => `层面间距不均，${low} 至 ${high} mm`],
  [
    /^phase (\d+) of (\d+) of a moving series \(cine or the like\), not late enhancement$/,
    (part, parts) => `动态序列（电影等）${parts} 个时相之第 ${part} 个，并非延迟强化`,
  ],
  exactly('more voxels than can be opened here', '体素数超出此处可打开的范围'),
  [
    /^not MR \((.+)\)$/,
    (modality) => `并非磁共振（${modality === 'no modality given' ? '未注明设备类型' : modality}）`,
  ],
];

const SENTENCES: readonly Sentence[] = [
  // Progress.
  exactly('Reading files', '正在读取文件'),
  [/^Reading file (\d+) of (\d+)$/, (done, all) => `正在读取文件 ${done} / ${all}`],
  exactly('Decoding images', '正在解码图像'),
  [/^Decoding image (\d+) of (\d+)$/, (done, all) => `正在解码图像 ${done} / ${all}`],
  exactly('Making the synthetic patient', '正在生成合成患者'),
  exactly('Preparing', '正在准备'),
  exactly('Loading the networks', '正在载入神经网络'),
  exactly('Segmenting', '正在分割'),
  exactly('Opening the case', '正在打开病例'),
  exactly('Measuring scar', '正在测量瘢痕'),
  exactly('Reading the heart', '正在读取心脏图像'),
  exactly('Predicting', '正在预测'),

  // Why a series was taken, offered or left out.
  exactly('Made in code: a simulated heart, no patient.', '由程序生成：模拟心脏，并非患者。'),
  exactly(
    'Synthetic patient: PSIR short axis of a simulated heart with an old anterior infarct. Nobody’s data.',
    '合成患者：模拟心脏的 PSIR 短轴图像，含陈旧性前壁梗死。不含任何人的数据。',
  ),
  exactly('Taken: chosen by hand.', '已采用：人工选择。'),
  exactly('Offered: it was taken by itself before another was chosen.', '可选：选择其他序列之前曾自动采用。'),
  exactly('Left out: it has no geometry.', '未采用：没有几何信息。'),
  exactly('Left out: by its name a long axis. It can be opened by hand.', '未采用：名称示为长轴。可人工打开。'),
  [
    /^Left out: by its name ([^,]+)\. It can be opened by hand\.$/,
    (kind) => `未采用：名称示为${phrase(kind)}。可人工打开。`,
  ],
  [
    /^Left out: (.+), (.+), (.+)\. It can be opened by hand\.$/,
    (stack, plane, name) => `未采用：${phrase(stack)}，${phrase(plane)}，${phrase(name)}。可人工打开。`,
  ],
  [
    /^Taken: (.+), (.+), (.+)\.$/,
    (stack, plane, name) => `已采用：${phrase(stack)}，${phrase(plane)}，${phrase(name)}。`,
  ],
  [
    /^Offered: (.+), (.+), (.+); the PSIR was preferred\.$/,
    (stack, name, contrast) => `可选：${phrase(stack)}，${phrase(name)}，${phrase(contrast)}；已优先采用 PSIR。`,
  ],
  [
    /^Offered: (.+), (.+), (.+); more speaks for the one taken\.$/,
    (stack, plane, name) => `可选：${phrase(stack)}，${phrase(plane)}，${phrase(name)}；已采用的序列更为合适。`,
  ],
  [/^Left out: (.+)\.$/, (why) => `未采用：${phrase(why)}。`],

  // Warnings.
  [
    /^A slice is missing between slice (\d+) and (\d+); it was filled in as the mean of the two\.$/,
    (a, b) => `第 ${a} 与第 ${b} 层之间缺一层，以两层均值补入。`,
  ],
  [
    /^The slices lie ([\d.]+) to ([\d.]+) mm apart; volumes take the mean, ([\d.]+) mm\.$/,
    (low, high, mean) => `层面间距 ${low} 至 ${high} mm；体积按均值 ${mean} mm 计算。`,
  ],
  [
    /^Slices shifted in their own plane against the first \(number and mm\): (.+)\.$/,
    (list) =>
      `相对于首层有面内移位的层面（层号与 mm）：${list.replace(/(\d+) by ([\d.]+)/g, '第 $1 层 $2').replaceAll(', ', '，')}。`,
  ],
  [
    /^(\d+) slices were scanned more than once; the last scan of each was taken\.$/,
    (n) => `${n} 个层面重复扫描，均取最后一次。`,
  ],
  exactly(
    "The segmentation is that of a DICOM SEG that lay with the images, not the network's.",
    '分割取自与图像同在的 DICOM SEG，并非神经网络所得。',
  ),
  exactly('No segmentation that lay with the images was made on this series.', '与图像同在的分割均非基于此序列。'),
  [/^A segmentation was passed over: (.+)$/, (why) => `略过一个分割：${inChinese(why)}`],
  exactly(
    'The file does not say how the image lies in the patient: no directions are named.',
    '文件未说明图像相对于患者的方位，故不标注方向。',
  ),
  [
    /^The files are of (\d+) patients in (\d+) studies: see which one was taken\.$/,
    (people, studies) => `文件属于 ${people} 名患者的 ${studies} 次检查：请核对所用的是哪一次。`,
  ],
  [
    /^The heart lies off the line of its neighbours in slice (.+): perhaps another breath-hold\. Volumes stand; where scar lies from slice to slice may not\.$/,
    (which) =>
      `心脏在以下层面偏离相邻层面的连线：${which.replace(/(\d+) by (\d+) mm/g, '第 $1 层 $2 mm')}，可能为另一次屏气。体积不受影响，瘢痕在各层间的位置则未必准确。`,
  ],
  [
    /^The files are of (\d+) studies, perhaps of several people: see which one was taken\.$/,
    (n) => `文件属于 ${n} 项检查，可能来自不同患者：请核对所采用的检查。`,
  ],
  [
    /^Series (\S+) holds images of several sizes \((.+)\): each is a stack by itself\.$/,
    (number, sizes) => `序列 ${number} 含多种尺寸的图像（${sizes}），各自成为一个堆栈。`,
  ],
  exactly(
    'No left ventricle was found in this stack: check that it is a short-axis series, or choose another.',
    '此序列中未找到左心室：请核对是否为短轴序列，或另选一个。',
  ),
  [
    /^The network is unsure of slice (.+): look at the contours there\.$/,
    (slices) => `神经网络对第 ${slices.replaceAll(', ', '、')} 层没有把握：请核对该处轮廓。`,
  ],
  [
    /^The network marked ([\d.]+) mL as scar, and less than (\d+) mL in all it cannot tell from none, so it is left out: look for small scars yourself, or by a threshold\.$/,
    (marked, least) =>
      `神经网络标出 ${marked} mL 瘢痕；总量不足 ${least} mL 时无法与无瘢痕区分，故未计入：请自行查看有无小瘢痕，或用阈值法。`,
  ],

  // Whether the models apply.
  [
    /^The infarct is (\d+) days old: the models are for infarcts of at least (\d+) days\.$/,
    (days, least) => `心肌梗死后 ${days} 天：模型适用于梗死至少 ${least} 天者。`,
  ],
  exactly(
    'The scar has a no-reflow zone, as a fresh infarct has: the models are for chronic infarcts.',
    '瘢痕内有无复流区，提示新近梗死：模型适用于陈旧性梗死。',
  ),
  exactly(
    'The heart disease is not ischaemic: the models are for ischaemic heart disease.',
    '心脏病并非缺血性：模型适用于缺血性心脏病。',
  ),
  exactly(
    'The scar spares the inner wall, as no infarct does (mid-wall, outer wall or insertion points): the models are for infarcts.',
    '瘢痕未累及内膜侧，不符合梗死（位于肌壁中层、外膜侧或插入部）：模型适用于心肌梗死。',
  ),
  exactly(
    'A defibrillator is in place: the models are for patients without one.',
    '已植入除颤器：模型适用于未植入者。',
  ),
  [
    /^(.+) lies outside the range of the patients that the model learned from\.$/,
    (label) => {
      const spec = COVARIATES.find((one) => one.label === label);
      return `${spec ? zhFields[spec.id].label : label}超出模型所学习患者的范围。`;
    },
  ],
  [
    /^(\d+) patients with ischaemic heart failure \(MUSIC, Spain\), (\d+) sudden and (\d+) other deaths\.$/,
    (n, sudden, other) => `${n} 例缺血性心力衰竭患者（MUSIC，西班牙），猝死 ${sudden} 例，其他死亡 ${other} 例。`,
  ],
  exactly(
    'The heart in the image is unlike the simulated hearts that the image branch learned from.',
    '图像中的心脏与图像分支所学习的模拟心脏不相似。',
  ),

  // What a curve rests on.
  [
    /^Learned from real outcomes: (\d+) patients with chronic heart failure \(MUSIC, Spain\), (\d+) of them ischaemic, (\d+) sudden deaths\. No image\.$/,
    (patients, ischaemic, deaths) =>
      `学习自真实结局：慢性心力衰竭患者 ${patients} 例（MUSIC，西班牙），其中缺血性 ${ischaemic} 例，猝死 ${deaths} 例。不含图像。`,
  ],
  [
    /^Covariates from real outcomes \(MUSIC\), image from simulated outcomes; joined on (\d+) simulated patients\. It restates our constants, not data\.$/,
    (patients) =>
      `临床变量来自真实结局（MUSIC），图像来自模拟结局；二者在 ${patients} 例模拟患者上融合。它复述的是我们设定的常数，而非数据。`,
  ],
  [
    /^Learned from simulated outcomes: (\d+) simulated hearts, effect size '(.+)' from published studies\. No patient’s outcome\.$/,
    (hearts, effect) => `学习自模拟结局：${hearts} 个模拟心脏，效应量取已发表研究之“${effect}”。不含任何患者的结局。`,
  ],
  [
    /^Learned from simulated outcomes: (\d+) simulated hearts and (\d+) warped from (\d+) real ones, effect size '(.+)' from published studies\. No patient’s outcome\.$/,
    (hearts, warped, real, effect) =>
      `学习自模拟结局：${hearts} 个模拟心脏，以及由 ${real} 个真实心脏形变而成的 ${warped} 个心脏，效应量取已发表研究之“${effect}”。不含任何患者的结局。`,
  ],
  [
    /^Learned from experts' contours of (\d+) patients \(EMIDEC, Dijon\), after an acute event or normal; no chronic infarct among them\.$/,
    (patients) => `学习自 ${patients} 例患者的专家轮廓（EMIDEC，第戎），急性事件后或正常；其中无陈旧性梗死。`,
  ],

  // Errors.
  exactly('Stopped, as you asked.', '已按您的要求停止。'),
  [
    /^This should not have happened: (.*) Reload the page and try again\.$/s,
    (detail) => `发生了意外错误，请重新载入页面后再试（${detail}）。`,
  ],
  exactly(
    'No series was taken by itself: choose one from the list of what was found.',
    '没有自动采用的序列：请从所发现的列表中选择。',
  ),
  exactly(
    'None of these files holds a short-axis stack of late-enhancement images. The list says why each was left out.',
    '这些文件中没有延迟强化短轴堆栈。列表说明了各文件未采用的原因。',
  ),
  exactly(
    'None of these files holds a short-axis stack of late-enhancement images that can be taken by itself. Open that study alone, choose its series, save the case, and compare with the case file.',
    '这些文件中没有可直接采用的短轴延迟强化堆栈。请单独打开该检查，选择序列，保存病例，再与病例文件比较。',
  ),
  exactly(
    'None of these images is the one that the case was made of. Drop the study that it came from, or clear everything to open another.',
    '这些图像均非当前病例所用的图像。请拖入原检查；如需打开其他检查，请先全部清除。',
  ),
  exactly('This is no case of Scarcast.', '这不是 Scarcast 的病例文件。'),
  exactly('The case file is damaged or cut off: copy it again.', '病例文件已损坏或不完整：请重新复制。'),
  exactly('The case file is damaged: copy it again.', '病例文件已损坏：请重新复制。'),
  [
    /^This case was saved by a newer version of Scarcast \(its format is (\d+), and this one reads up to (\d+)\)\. Reload the page to get the newest version\.$/,
    (theirs, ours) =>
      `此病例由更新版本的 Scarcast 保存（格式 ${theirs}，本版本最高可读 ${ours}）。请重新载入页面以获取最新版本。`,
  ],
  exactly('Not a medical image: neither DICOM nor NIfTI.', '并非医学图像：既非 DICOM 也非 NIfTI。'),
  exactly('The file is empty.', '文件为空。'),
  exactly('The file could not be read: it was moved, or may not be opened.', '文件无法读取：已被移动，或无权打开。'),
  exactly('The file has changed since it was opened: drop the study again.', '文件打开后已改变：请重新拖入检查。'),
  [/^The same image as (.+)\.$/, (path) => `与 ${path} 为同一图像。`],
  exactly('Holds labels, not grey values: a mask, not an image.', '内容为标签而非灰度：是分割掩膜，不是图像。'),
  exactly('A zip inside a zip. Unpack it first.', 'zip 中套有 zip。请先解压。'),
  exactly('The zip is damaged or cut off: copy it again.', 'zip 已损坏或不完整：请重新复制。'),
  exactly('Locked with a password. Unpack the zip and drop the folder.', 'zip 有密码。请解压后拖入文件夹。'),
  exactly('Packed in a way that is not read. Unpack the zip first.', 'zip 的压缩方式无法读取。请先解压。'),
  exactly('The gzip data is cut off: copy the file again.', 'gzip 数据不完整：请重新复制文件。'),
  exactly('The gzip data is damaged or cut off: copy the file again.', 'gzip 数据已损坏或不完整：请重新复制文件。'),
  exactly('A DICOM file that holds no image.', '不含图像的 DICOM 文件。'),
  exactly('A structured report, not an image.', '结构化报告，并非图像。'),
  exactly('A document (PDF or similar), not an image.', '文档（PDF 等），并非图像。'),
  exactly('A presentation state, not an image.', '显示状态，并非图像。'),
  exactly('A waveform such as an ECG, not an image.', '心电图等波形，并非图像。'),
  exactly('A radiotherapy plan or structure set, not an image.', '放疗计划或结构集，并非图像。'),
  exactly(
    'The index of a disc (DICOMDIR): its images are read from their own files.',
    '光盘索引（DICOMDIR）：图像从各自文件读取。',
  ),
  exactly(
    'A colour picture, such as a screenshot or a report page, not an MR image.',
    '彩色图片（截图或报告页等），并非磁共振图像。',
  ),
  exactly('Its DICOM header is damaged.', 'DICOM 文件头已损坏。'),
  exactly(
    'Its DICOM header is damaged or cut off: copy the file again.',
    'DICOM 文件头已损坏或不完整：请重新复制文件。',
  ),
  exactly(
    'The file ends before its pixels: it was cut off. Copy it again.',
    '文件在像素之前中断：不完整。请重新复制。',
  ),
  exactly(
    'Its pixels are cut off: the file is shorter than its header says. Copy it again.',
    '像素不完整：文件短于文件头所述。请重新复制。',
  ),
  exactly('Its compressed pixels are damaged: copy the file again.', '压缩像素已损坏：请重新复制文件。'),
  exactly(
    'The file is shorter than its header says: it was cut off. Copy it again.',
    '文件短于文件头所述：不完整。请重新复制。',
  ),
];

/** By an error's code: what is wrong, where the sentence itself is not in the list. */
const PROBLEMS: Readonly<Record<string, string>> = {
  cancelled: '已停止',
  noStack: '没有可用的堆栈',
  noOtherStack: '没有可供比较的堆栈',
  unreadableDrop: '拖入的文件或文件夹无法读取',
  stack: '序列无法打开',
  unknownSeries: '没有该序列',
  zip: 'zip 文件无法读取',
  dicom: 'DICOM 文件无法读取',
  nifti: 'NIfTI 文件无法读取',
  codecLoad: '图像解码器未能载入，请重新载入页面',
  weights: '模型权重无法使用，请重新载入页面或重新安装',
  backend: '计算后端未能启动或中途失败',
  missingFile: '页面自身的文件未能载入，请在可连接时重新载入页面',
  workerFailed: '页面的一部分已停止，请重新载入页面后再试',
  caseFile: '病例文件无法读取',
  caseFileNewer: '病例文件由更新版本保存，请重新载入页面',
  otherImage: '并非当前病例所用的图像',
};

function translated(english: string, sentences: readonly Sentence[]): string | null {
  for (const [pattern, chinese] of sentences) {
    const match = pattern.exec(english);
    if (match) return chinese(...match.slice(1));
  }
  return null;
}

const phrase = (english: string): string => translated(english, PHRASES) ?? english;

/** A sentence of the pipeline in Chinese; as it is where it is not known here, so that nothing is lost. */
export const inChinese = (english: string): string => translated(english, SENTENCES) ?? english;

/** An error in Chinese: the sentence itself, or what its code says with the English sentence behind it. */
export function problemInChinese({ code, sentence }: Problem): string {
  const whole = translated(sentence, SENTENCES);
  if (whole) return whole;
  const head = PROBLEMS[code];
  return head ? `${head}（${sentence}）` : sentence;
}
