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
  // Why a series was taken, offered or left out.
  exactly('Made in code: a simulated heart, no patient.', '由程序生成：模拟心脏，并非患者。'),
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
    /^The files are of (\d+) studies, perhaps of several people: see which one was taken\.$/,
    (n) => `文件属于 ${n} 项检查，可能来自不同患者：请核对所采用的检查。`,
  ],
  [
    /^Series (\S+) holds images of several sizes \((.+)\): each is a stack by itself\.$/,
    (number, sizes) => `序列 ${number} 含多种尺寸的图像（${sizes}），各自成为一个堆栈。`,
  ],

  // Errors.
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
