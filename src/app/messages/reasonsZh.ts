import { zhReading } from './zhReading.ts';
import { say, tagName, type CaseReason, type Words } from './reasons.ts';
import { zhFields } from './zhFields.ts';

const sliceList = (slices: readonly number[]): string => `第 ${slices.map((slice) => slice + 1).join('、')} 层`;

/** The browser's own words, in brackets. */
const detailed = (detail: string | null): string => (detail ? `（${detail}）` : '');

const EFFECTS = { low: '低', mid: '中', high: '高' };
const ROMAN = ['I', 'II', 'III', 'IV'];
const NETWORKS: Readonly<Record<string, string>> = {
  locate: '定位',
  segment: '分割',
  covariates: '临床变量',
  fiveAnswers: '五项回答',
  image: '图像',
  fusion: '融合',
  cohort: '队列',
};
const networkName = (network: string): string => NETWORKS[network] ?? network;

/** Every reason in Simplified Chinese. */
const words: Words<CaseReason> = {
  ...zhReading,
  fileVolume: ({ format, file, volume }) =>
    `${format} 图像${file === null ? '' : ` ${file}`}${volume === null ? '' : `，第 ${volume} 个容积`}`,
  sentence: ({ english }) => english,

  readingFiles: () => '正在读取文件',
  readingFile: ({ number, of }) => `正在读取文件 ${number} / ${of}`,
  decodingImages: () => '正在解码图像',
  decodingImage: ({ number, of }) => `正在解码图像 ${number} / ${of}`,
  makingDemo: () => '正在生成合成患者',
  loadingNetworks: () => '正在载入神经网络',
  openingCase: () => '正在打开病例',
  validatingCohort: () => '正在用该队列验证模型',
  findingAxis: () => '正在三维容积中寻找左心室长轴',
  segmenting: () => '正在分割',
  measuringScar: () => '正在测量瘢痕',
  readingHeart: () => '正在读取心脏图像',
  predicting: () => '正在预测',

  noVentricle: () => '此序列中未找到左心室：请核对是否为短轴序列、指出左心室的位置，或另选一个序列。',
  heartDoubtful: ({ looksAgree, min }) =>
    `分割出的可能并非心脏：神经网络对其多次查看，各次结果的一致度为 ${looksAgree.toFixed(2)}，而至少需要 ${min.toFixed(2)}。测量值存疑，图像所得风险不予给出。请核对轮廓、指出左心室的位置，或另选序列。`,
  heartShown: ({ place: { centre } }) =>
    `左心室的位置由阅片者指出（第 ${Math.round(centre[0]) + 1} 列，第 ${Math.round(centre[1]) + 1} 行）：神经网络只在该处分割。`,
  unsureSlices: ({ slices }) => `神经网络对${sliceList(slices)}没有把握：请核对该处轮廓。`,
  scarTooSmall: ({ foundMl, minMl }) =>
    `神经网络标出 ${foundMl.toFixed(1)} mL 瘢痕；总量不足 ${minMl} mL 时无法与无瘢痕区分，故未计入：请自行查看有无小瘢痕，或用阈值法。`,
  slicesOffLine: ({ shifts }) =>
    `心脏在以下层面偏离相邻层面的连线：${shifts
      .map(({ slice, mm }) => `第 ${slice + 1} 层 ${mm.toFixed(0)} mm`)
      .join('，')}，可能为另一次屏气。体积不受影响，瘢痕在各层间的位置则未必准确。`,

  ventricleCutOff: ({ ends }) =>
    `图像似乎未覆盖整个左心室：${sliceList(ends.map(({ slice }) => slice))}的心腔面积仍为最大处的 ${ends
      .map(({ sharePercent }) => `${sharePercent.toFixed(0)}%`)
      .join('、')}。容积、质量与瘢痕仅为已成像部分。`,

  recentInfarct: ({ days, minDays }) => `心肌梗死后 ${days} 天：模型适用于梗死至少 ${minDays} 天者。`,
  noReflow: () => '瘢痕内有无复流区，提示新近梗死：模型适用于陈旧性梗死。',
  notIschaemic: () => '心脏病并非缺血性：模型适用于缺血性心脏病。',
  nonIschaemicScar: () => '瘢痕未累及内膜侧，不符合梗死（位于肌壁中层、外膜侧或插入部）：模型适用于心肌梗死。',
  noHeartFailure: () => '患者无心力衰竭：模型所学患者均有心力衰竭，NYHA II 或 III 级。',
  otherNyhaClass: ({ nyha }) => `NYHA ${ROMAN[nyha - 1]} 级：模型所学患者均为 II 或 III 级。`,
  defibrillator: () => '已植入 ICD：模型适用于未植入者。',
  outOfTrainingRange: ({ covariate }) => `${zhFields[covariate].label}超出模型所学习患者的范围。`,
  lengthsNotKnown: () => '文件未注明图像的长度，故不给出基于图像的风险：请输入间距。',
  unlikeSimulatedHearts: () => '图像中的心脏与图像分支所学习的模拟心脏不相似。',

  noAnswers: () => '未填写患者情况，不给出依据临床信息的风险。',
  realOutcomes: ({ patients, ischaemic, suddenDeaths }) =>
    `学习自真实结局：慢性心力衰竭患者 ${patients} 例（MUSIC，西班牙），其中缺血性 ${ischaemic} 例，猝死 ${suddenDeaths} 例。不含图像。`,
  realCohort: ({ patients, suddenDeaths, otherDeaths }) =>
    `${patients} 例缺血性心力衰竭患者（MUSIC，西班牙），猝死 ${suddenDeaths} 例，其他死亡 ${otherDeaths} 例。`,
  simulatedOutcomes: ({ hearts, warped, realHearts, effect }) =>
    `学习自模拟结局：${hearts} 个模拟心脏${warped > 0 ? `，以及由 ${realHearts} 个真实心脏形变而成的 ${warped} 个心脏` : ''}，` +
    `效应量取已发表研究之“${EFFECTS[effect]}”。不含任何患者的结局。`,
  realAndSimulatedOutcomes: ({ simulatedPatients }) =>
    `临床变量来自真实结局（MUSIC），图像来自模拟结局；二者在 ${simulatedPatients} 例模拟患者上融合，因此图像所占的权重取决于我们设定的规则，而非数据。`,
  hospitalOutcomes: ({ patients, events }) =>
    `学习自本院队列的真实结局：患者 ${patients} 例，猝死 ${events} 例。不含图像。`,
  hospitalAndSimulatedOutcomes: ({ patients, events }) =>
    `临床变量及其与图像的融合来自本院队列的真实结局：有图像的患者 ${patients} 例，猝死 ${events} 例。图像所示来自模拟结局。`,
  hospitalHead: ({ patients, events }) =>
    `图像分支的输出层学习自本院队列的真实结局：有图像的患者 ${patients} 例，猝死 ${events} 例。输出层所读的图像特征学习自模拟结局，随 Scarcast 提供的原输出层也是如此；仅当本院队列提供了足够的依据时，新输出层才偏离原输出层。`,
  hospitalHeadAndCovariates: ({ patients, events }) =>
    `临床变量、图像分支的输出层及二者的融合均学习自本院队列的真实结局：有图像的患者 ${patients} 例，猝死 ${events} 例。输出层所读的图像特征学习自模拟结局，随 Scarcast 提供的原输出层也是如此；仅当本院队列提供了足够的依据时，新输出层才偏离原输出层。`,
  expertContours: ({ patients }) =>
    `学习自 ${patients} 例患者的专家轮廓（EMIDEC，第戎），急性事件后或正常；其中无陈旧性梗死。`,

  cancelled: () => '已按您的要求停止。',
  unexpected: ({ detail }) => `发生了意外错误，请重新载入页面后再试（${detail}）。`,
  workerFailed: ({ detail }) => `页面的一部分已停止，请重新载入页面后再试${detailed(detail)}。`,
  workerSilent: ({ seconds }) => `页面的一部分 ${seconds} 秒没有响应，已被停止。请重试；如仍如此，请重新载入页面。`,
  missingFile: ({ url, detail }) => `页面自身的文件 ${url} 未能载入（${detail}）。请在可连接时重新载入页面，再继续。`,
  unreadableDrop: ({ path, detail }) => `“${path}”无法读取（${detail}）。请复制到自己的文件夹后重新拖入。`,
  impossibleSpacing: ({ spacing }) =>
    `心脏图像不可能有 ${spacing.join(' × ')} mm（列、行、层）的间距：请输入中心到中心的毫米数。`,
  unknownSeries: ({ id }) => `此检查没有序列“${id}”。`,
  codecNotLoaded: () => '压缩图像的解码器未能加载：请重新加载页面。',
  lengthsUnknownForDicom: () => '图像长度未知：请先输入间距，再保存为 DICOM。',
  maskElsewhere: () => '该掩膜并非基于此图像，或无法判定：两者的体素位置不相吻合。',
  noSeriesChosen: () => '未能自动选择序列：请从所发现的列表中选择。',
  noStack: () =>
    '这些文件中没有延迟强化短轴堆栈。列表说明了各文件未采用的原因。请拖入整个检查文件夹：至少需要三层平行的短轴图像。',
  segmentationAlone: () => '这是没有图像的分割文件。请将其与所属检查的文件夹一同拖入。',
  cohortAlone: () => '这是多名患者的表格或已保存的队列结果。请点击页面顶部的“队列”，在那里打开。',
  noStackCaseKept: ({ why }) =>
    `这些文件中没有延迟强化短轴堆栈，已打开的病例保持不变。未采用的原因：${why.map((one) => say<CaseReason>(words, one)).join('')}`,
  noOtherStack: () =>
    '这些文件中没有可自动选择的延迟强化短轴堆栈。请单独打开该检查，选择序列，保存病例，再与病例文件比较。',

  notACase: () => '这不是 Scarcast 的病例文件。请打开在此保存的病例，或直接打开检查的文件夹。',
  caseFileDamaged: () => '病例文件已损坏或不完整：请重新复制。',
  caseFilePartMissing: ({ part }) => `病例文件缺少 ${part}：请重新复制。`,
  caseFilePartsDiffer: () => '病例文件各部分不一致：并非由 Scarcast 写出。',
  caseFileNewer: ({ itsFormat, latestFormat }) =>
    `此病例由更新版本的 Scarcast 保存（格式 ${itsFormat}，本版本最高可读 ${latestFormat}）。请重新载入页面以获取最新版本。`,
  otherGeometry: () =>
    '这些图像的像素与该病例一致，但像素间距或在患者体内的位置不同，所有测量值都会随之改变。请拖入该病例原来的检查，或清除全部内容后打开此检查。',
  dicomNotWritten: () => '无法写出 DICOM 对象：病例中某个值不符合其任何元素。请保存病例并告知我们。',
  elementsChanged: ({ tags }) =>
    `对象已保存。图像中的以下元素不符合标准，对象中已截短或留空：${tags.map(tagName).join('、')}。`,
  copyNotKept: () => '浏览器未能保留副本：存储空间可能已满，或不允许本页使用。病例仅在内存中：请保存为文件。',
  copyNotDeleted: () => '浏览器未能删除病例副本：请在浏览器设置中删除本网站的数据。',
  copyGone: () => '该副本已不存在：另一标签页已将其打开或删除。',
  notACalibration: () => '这不是由本软件写出的校准文件。',
  calibrationNewer: ({ itsFormat, latestFormat }) =>
    `该校准由更新的版本写出（其格式为 ${itsFormat}，当前版本最高可读 ${latestFormat}）。请更新后再打开。`,
  calibrationDamaged: () => '校准文件已损坏或被人工改动。请使用写出时的原始文件。',
  calibrationOtherWeights: () => '该校准针对另一版本的网络拟合，用于当前网络会出错。请重新校准。',
  refittedOn: ({ patients, events, madeBy, madeOn, harrell, shippedHarrell }) =>
    `已基于 ${patients} 名患者、${events} 个事件重新训练（制作者：${madeBy}，${madeOn}）。` +
    (harrell === null || shippedHarrell === null
      ? ''
      : `一致性指数：在未用于训练的患者中为 ${harrell.toFixed(2)}，原模型在同一批患者中为 ${shippedHarrell.toFixed(2)}。`),
  tooFewEventsToRefit: ({ events, needed }) =>
    `重新训练在此需要 ${needed} 个事件，而这些患者只有 ${events} 个。规则：至少 50 个事件，且每个有效参数至少 10 个。请改用重新校准。`,
  nothingToRefitOn: () => '没有一个临床变量在至少半数患者中已知且彼此不同，无从学习。请检查各列。',
  notARefit: () => '这不是由本软件写出的重新训练模型。',
  refitNewer: ({ itsFormat, latestFormat }) =>
    `该重新训练模型由更新版本的 Scarcast 写出（其格式为 ${itsFormat}，本版本最高支持 ${latestFormat}）。请更新后再打开。`,
  refitChanged: ({ file }) => `重新训练模型中的 ${file} 缺失、损坏或被人工改动。请使用写出时的原始文件。`,
  refitDamaged: () => '重新训练模型已损坏或被人工改动。请使用写出时的原始文件。',
  refitOtherWeights: () => '该模型在另一版本的网络旁重新训练，与当前网络并用会出错。请重新训练。',
  recalibratedOn: ({ patients, events, madeBy, madeOn }) =>
    `已基于 ${patients} 名患者、${events} 个事件重新校准（制作者：${madeBy}，${madeOn}）。`,
  notATeachingFile: ({ wanted }) =>
    `此文件并非 Scarcast 的${wanted === 'lesson' ? '课程' : '盲法阅片结果'}文件。当前内容保持不变。`,
  teachingFileNewer: ({ itsFormat, latestFormat }) =>
    `此文件来自更新版本的 Scarcast（格式 ${itsFormat}，本版本最高可读 ${latestFormat}）。请重新载入页面以获取最新版本。`,
  teachingFileDamaged: ({ part }) =>
    `文件不符合格式要求${part === '' ? '' : `，位于“${part}”`}。请在该处修改，或联系文件的作者。`,
  notAClassCode: () => '这不是班级代码：请逐字重新抄写。',
  otherClass: ({ name }) => `结果“${name}”与第一份不属于同一班级，未予采用。`,
  otherImage: () => '这些图像均非当前病例所用的图像。请拖入原检查；如需打开其他检查，请先全部清除。',

  clinicalFileNotAnObject: () => '临床文件须为一个 JSON 对象，例如 {"age": 63, "male": true, "lvef": 31}。',
  clinicalFileUnknownEntry: ({ entry, known }) => `临床文件中有未知条目“${entry}”。可用的条目：${known.join('，')}。`,
  clinicalFileNotYesNo: ({ entry, found }) => `“${entry}”须为 true、false、1、0 或 null（未知），而文件中为 ${found}。`,
  clinicalFileOutOfRange: ({ entry, min, max, unit, whole, found }) =>
    `“${entry}”须为 ${min} 至 ${max}${unit && ` ${unit}`} 的${whole ? '整数' : '数'}，或 null（未知），而文件中为 ${found}。`,
  clinicalFileNoSuchChoice: ({ entry, choices, found }) =>
    `“${entry}”须为 ${choices.map(({ value }) => value).join('、')} 之一，或 null，而文件中为 ${found}。`,

  wasmNotStarted: () => 'WebAssembly 未能启动。请使用 2021 年以后的浏览器，并启用 WebAssembly。',
  webgpuNotStarted: () => 'WebGPU 未能启动。',
  webgpuSilent: ({ seconds }) => `WebGPU 在 ${seconds} 秒内没有响应。`,
  noGraphicsProcessor: () => '此浏览器没有可供 WebGPU 使用的图形处理器。',
  graphicsProcessorUnnamed: () => '此浏览器未说明其图形处理器是真实的还是由软件模拟的。',
  graphicsProcessorSlow: () => '此处图形处理器慢于 WebAssembly：如仍要使用，请在地址后加 ?backend=webgpu。',
  graphicsProcessorLost: ({ detail }) => `神经网络运行中，图形处理器连接中断${detailed(detail)}。`,
  wasmMemoryFull: () => 'WebAssembly 内存不足。请关闭其他标签页和程序后重试。',
  kernelsDoNotFit: ({ detail }) => `Scarcast 的卷积程序无法在此浏览器中启动（${detail}）。`,
  graphicsMemoryFull: () => '神经网络运行中，图形处理器内存不足。',
  graphicsProcessorRefused: ({ detail }) => `图形处理器拒绝了神经网络的一个步骤${detailed(detail)}。`,
  backendStopped: ({ detail }) => `神经网络运行中，计算停止${detailed(detail)}。`,
  networkGaveNoNumbers: () => '神经网络没有给出数值。',
  networkAnswersWrongly: ({ network, backend }) =>
    `${networkName(network)}网络在 ${backend === 'webgpu' ? 'WebGPU' : 'WebAssembly'} 上没有给出已知答案。`,

  weightsMissing: ({ network }) => `此份 Scarcast 缺少${networkName(network)}网络的权重。请重新安装。`,
  weightsChanged: ({ file }) => `${file} 不是此版本 Scarcast 所用的文件，故未采用。请重新载入页面或重新安装。`,
  weightsLayout: ({ network }) => `${networkName(network)}网络的权重与其文件不符。请重新安装 Scarcast。`,
  knownAnswerMissing: ({ network }) =>
    `没有${networkName(network)}网络这些权重的已知答案：请运行 \`npm run known-answers\`，或重新安装 Scarcast。`,

  coxNotConverged: () => 'Cox 模型未收敛：某个变量把事件与其余完全分开。请增大岭惩罚。',
  tooFewRisks: () => '预测风险的不同取值太少，无法绘制校准曲线。',
  notPositiveDefinite: () => '某些变量彼此完全重复，没有唯一解。请去掉其一，或增大惩罚。',
  beyondFollowUp: ({ years }) => `无人随访至 ${years} 年：请取较早的时间计算该指标。`,
};

/** A reason in Simplified Chinese. */
export const inChinese = (reason: CaseReason): string => say<CaseReason>(words, reason);
