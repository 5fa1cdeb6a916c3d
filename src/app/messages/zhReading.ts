/** The words about files and series that were read, in Simplified Chinese. */
import type { OtherKind, Plane } from '../../core/dicom/choosing.ts';
import type { Outside, WhyOutside } from '../../core/dicom/grouping.ts';
import type { ImageKind } from '../../core/dicom/imageKind.ts';
import type { WhyLengthsUnknown } from '../../core/volume/volume.ts';
import type {
  CodedFileReason,
  Obstacle,
  ReadingWarning,
  SeriesFacts,
  SeriesReason,
} from '../../pipeline/reading/reasons.ts';
import { clockOf } from './enReading.ts';
import { say, type Words } from './reasons.ts';
import { zhFiles } from './zhFiles.ts';

const PLANES: Readonly<Record<Plane, string>> = {
  'short axis': '垂直于心脏长轴',
  'perhaps short axis': '可能垂直于心脏长轴',
  axial: '横断位',
  coronal: '冠状位',
  sagittal: '矢状位',
  oblique: '不垂直于心脏长轴',
};

const OTHER_KINDS: Readonly<Record<OtherKind, string>> = {
  tiScout: '反转时间定标',
  localizer: '定位像',
  relaxationMap: 'T1 或 T2 定量图',
  cine: '电影序列',
  perfusion: '灌注序列',
  flow: '血流测量',
  angiogram: '血管成像或标记序列',
  darkBlood: 'T2 或黑血序列',
  brightBlood: '亮血序列',
};

const KINDS: Readonly<Record<ImageKind, string>> = {
  magnitude: '幅值图',
  real: '实部图',
  imaginary: '虚部图',
  phase: '相位图',
  derived: '派生图像（减影、定量图、重组或平均图像）',
  report: '屏幕截图',
  unknown: '未注明种类的图像',
};

const stackOf = ({ slices, gapMm }: SeriesFacts): string =>
  gapMm === null ? `${slices} 个平行层面，间距未知` : `${slices} 个平行层面，间距 ${gapMm.toFixed(1)} mm`;

const nameOf = ({ lateEnhancement, contrast }: SeriesFacts): string =>
  lateEnhancement ? `名称示为延迟强化${contrast === 'PSIR' ? '（PSIR）' : ''}` : '名称未示延迟强化';

const all = (facts: SeriesFacts): string => `${stackOf(facts)}，${PLANES[facts.plane]}，${nameOf(facts)}`;

const OBSTACLES: Words<Obstacle> = {
  singleSlice: () => '仅单层，不成堆栈',
  slicesMissing: ({ count, after }) => `第 ${after} 与第 ${after + 1} 层之间缺 ${count} 层`,
  moving: ({ part, parts }) => `动态序列（电影等）${parts} 个时相之第 ${part} 个，并非延迟强化`,
  localizer: () => '名称示为定位像',
  fewSlices: ({ slices }) => `仅 ${slices} 层`,
  tooManyVoxels: () => '体素数超出此处可打开的范围',
  notMr: ({ modality }) => `并非磁共振（${modality || '未注明设备类型'}）`,
  mosaic: () => '马赛克图像，一幅图中并列多个层面',
  noPlace: () => '未注明各层在患者体内的位置（派生图像或截图）',
  unmeasurable: ({ kind, by }) => `${by === 'values' ? '按名称或数值判断为' : '为'}${KINDS[kind]}，其数值并非亮度`,
  mask: ({ values }) =>
    `为分割掩膜，并非图像：其体素仅有 ${values.length} 种数值（${values.slice(0, 8).join('、')}${values.length > 8 ? ' 等' : ''}）`,
};

const SERIES: Words<SeriesReason> = {
  taken: ({ facts }) => `已采用：${all(facts)}。`,
  takenDerived: ({ facts }) => `因无其他图像而采用：${all(facts)}，${KINDS.derived}。`,
  takenVolume: ({ facts }) => `已采用并重组为短轴：${all(facts)}。`,
  takenByHand: () => '已采用：人工选择。',
  simulated: () => '由程序生成：模拟心脏，并非患者。',
  takenBefore: () => '可选：选择其他序列之前曾自动采用。',
  psirPreferred: ({ facts }) =>
    `可选：${stackOf(facts)}，${nameOf(facts)}，${facts.contrast === 'magnitude' ? '幅值图' : '名称未示 PSIR'}；已优先采用 PSIR。`,
  derived: ({ facts }) => `可选：${stackOf(facts)}，${KINDS.derived}；已优先采用原始图像。`,
  morePreferred: ({ facts }) => `可选：${all(facts)}；已采用的序列更为合适。`,
  unlikely: ({ facts }) => `未采用：${all(facts)}。可人工打开。`,
  namedOther: ({ kind }) => `未采用：名称示为${OTHER_KINDS[kind]}。可人工打开。`,
  namedLongAxis: () => '未采用：名称示为长轴。可人工打开。',
  obstacle: ({ obstacle, named }) =>
    `未采用：${named && named !== 'localizer' ? `名称示为${OTHER_KINDS[named]}，且` : ''}${say(OBSTACLES, obstacle)}。`,
};

const OUTSIDE: Readonly<Record<WhyOutside, (outside: Outside) => string>> = {
  tilted: ({ degrees }) => `与堆栈成 ${degrees.toFixed(1)}° 角`,
  otherSpacing: () => '像素间距不同',
  otherSize: () => '行列数不同',
  damaged: () => '文件损坏或不完整',
  otherSeries: () => '属于另一序列',
};

const WHERE: Readonly<Record<Outside['where'], string>> = {
  before: '首层之前',
  behind: '末层之后',
  between: '层面之间',
};

const LENGTHS: Readonly<Record<WhyLengthsUnknown, string>> = {
  notGiven: '文件未注明体素间距',
  impossible: '文件所注长度不可能属于心脏图像',
  contradictory: '文件所注长度互相矛盾',
  unit: '文件所用长度单位无效',
};

const LABELS = ['背景', '血池', '存活心肌', '瘢痕', '无复流区'];

const AXES_BY: Readonly<Record<'network' | 'reader' | 'usual', string>> = {
  network: '长轴由网络确定：请核对层面是否垂直于左心室长轴。',
  reader: '长轴由手动设定。',
  usual: '未找到左心室，层面按长轴的通常走向重组：请手动设定平面。',
};

const WARNINGS: Words<ReadingWarning> = {
  severalPatients: ({ patients, studies }) =>
    `文件属于 ${patients} 名患者的 ${studies} 次检查。每次只测量一名患者的一个序列：请确认其无误。`,
  severalStudies: ({ studies }) => `文件属于 ${studies} 项检查，可能来自不同患者。每次只测量一个序列：请确认其无误。`,
  severalSizes: ({ series, sizes }) =>
    `序列 ${series} 含多种尺寸的图像（${sizes.join('，').replaceAll('x', '×')}），各自成为一个堆栈。`,
  imagesDamaged: ({ count }) => `${count} 幅图像损坏或不完整，无法读取：堆栈可能缺层。请重新复制检查。`,
  sliceFilledIn: ({ after }) => `第 ${after} 与第 ${after + 1} 层之间缺一层，以两层均值补入。`,
  gapsDiffer: ({ leastMm, mostMm, sumMm }) =>
    `层面间距 ${leastMm.toFixed(1)} 至 ${mostMm.toFixed(1)} mm；每层按到两侧相邻层距离之半计，共 ${sumMm.toFixed(1)} mm。`,
  gapsAveraged: ({ leastMm, mostMm, meanMm }) =>
    `层面间距 ${leastMm.toFixed(1)} 至 ${mostMm.toFixed(1)} mm；容积按均值 ${meanMm.toFixed(1)} mm 计算。`,
  someRepeated: ({ count }) => `${count} 层重复扫描，各取最后一次。`,
  slicesShifted: ({ slices }) =>
    `与其他层相比，${slices.map(({ slice, mm }) => `第 ${slice} 层在面内移位 ${mm.toFixed(1)} mm`).join('，')}。`,
  slicesTilted: ({ slices }) =>
    `与其他层相比，${slices.map(({ slice, degrees }) => `第 ${slice} 层倾斜 ${degrees.toFixed(1)}°`).join('，')}。所有层面均按平行处理。`,
  spacingsDiffer: ({ slices, percent }) =>
    `第 ${slices.join('、')} 层的像素间距与其他层相差至多 ${percent.toFixed(1)}%；均按其他层计。`,
  slicesRepeated: ({ repeats }) =>
    repeats
      .map(
        ({ slice, times, takenSeconds }) =>
          `第 ${slice} 层扫描了 ${times} 次，取最后一次${takenSeconds === null ? '' : `（${clockOf(takenSeconds)}）`}。`,
      )
      .join(''),
  slicesOutside: ({ outside }) =>
    `${outside.map((one) => `此次扫描有 ${one.count} 层（${WHERE[one.where]}）未计入：${OUTSIDE[one.why](one)}。`).join('')}体积与质量因此偏小。`,
  seriesJoined: ({ series }) => `堆栈由 ${series} 个同名且相接的序列合成。`,
  placedBySliceLocation: () => '图像没有位置，故采用层面位置值。堆栈长度可用，其在患者体内的位置未知。',
  derivedMeasured: () => '因无其他图像，所用为派生图像（减影、定量图、重组或平均图像）：其亮度未必是组织的亮度。',
  reformatted: ({ by, sliceMm }) =>
    `图像为三维容积，已重组为层厚 ${sliceMm.toFixed(0)} mm 的短轴层面：轮廓和测量值均属重组层面，而非原始扫描图像。神经网络及其区间所学均为二维层面的序列。平均会降低噪声，故按标准差设定的各阈值标出的范围比在原始扫描层面上更大。${AXES_BY[by]}`,
  noData: ({ percent }) =>
    `${percent < 0.1 ? '不足 0.1' : percent.toFixed(1)}% 的体素没有数值（填充或非数），不参与任何测量。`,
  slicesOnAxis: ({ axis }) => `文件的层面沿第 ${axis} 轴排列，已重新排序。`,
  lengthsUnknown: ({ why }) =>
    `${LENGTHS[why]}。体积与质量未知，基于图像的风险暂不显示：请输入间距。占心肌的比例仍有效。`,
  lengthsByHand: () => '间距由人工输入：所有长度、体积与质量均以此为准。',
  lengthsFromOtherField: () => '文件各字段的长度互相矛盾；已采用心脏图像可能具有的长度。',
  directionsUnknown: () =>
    '文件未说明图像相对于患者的方位，故不标注方向；轮廓及由图像得出的风险均取八种可能方位的均值。',
  directionsNotNamed: () => '文件未说明图像相对于患者的方位，故不标注方向。',
  volumeOfSeveral: ({ volume, volumes }) => `此为文件所含 ${volumes} 个容积中的第 ${volume} 个。`,
  labelsFromSegmentation: () => '分割取自与图像同在的 DICOM SEG，并非神经网络所得。',
  labelsFromMask: ({ values }) =>
    `分割取自与图像同在的掩膜，并非神经网络所得：${values.map(({ value, label }) => `${value} 为${LABELS[label] ?? LABELS[0]}`).join('，')}。`,
  noSegmentationHere: () => '与图像同在的分割均非基于此序列。',
  segmentationPassedOver: ({ why }) => `略过一个分割：${why.code === 'sentence' ? why.english : say(zhFiles, why)}`,
};

/** All words about reading. */
export const zhReading: Words<CodedFileReason | ReadingWarning | SeriesReason> = { ...zhFiles, ...SERIES, ...WARNINGS };
