/** What is wrong with opened files, in Simplified Chinese. */
import type { DicomReason, NotAnImage } from '../../core/dicom/dicomError.ts';
import type { CodedFileReason } from '../../pipeline/reading/reasons.ts';
import { say, type Words } from './reasons.ts';

const NOT_AN_IMAGE: Readonly<Record<NotAnImage, string>> = {
  directory: '光盘索引（DICOMDIR）：图像从各自文件读取。',
  structuredReport: '结构化报告，并非图像。',
  document: '文档（PDF 等），并非图像。',
  presentation: '显示状态，并非图像。',
  waveform: '心电图等波形，并非图像。',
  spectrum: '波谱，并非图像。',
  parametricMap: '参数图（计算值），并非灰度图像。',
  rawData: '扫描仪原始数据，并非图像。',
  radiotherapy: '放疗计划或结构集，并非图像。',
  computed: '像素为计算所得数值，并非灰度。',
  colour: '彩色图片（截图或报告页等），并非磁共振图像。',
  nothing: '不含图像的 DICOM 文件。',
};

type How = Extract<DicomReason, { readonly code: 'segmentationElsewhere' }>['how'];

const ELSEWHERE: Readonly<Record<How, string>> = {
  size: '行列数不同',
  turned: '方向不同',
  spacing: '体素大小不同',
  place: '层面位置不相符',
};

export const zhFiles: Words<CodedFileReason> = {
  sameImage: ({ path }) => `与${path ? ` ${path} ` : '另一文件'}为同一图像。`,
  notMedical: () => '并非医学图像：既非 DICOM，也非 NIfTI 或 NRRD。',
  notAnImage: ({ kind }) => NOT_AN_IMAGE[kind],
  dicomHeaderDamaged: () => 'DICOM 文件头已损坏或不完整：请重新复制文件。',
  pixelsCutOff: () => '像素不完整：文件短于文件头所述。请重新复制。',
  pixelsDamaged: () => '像素已损坏：请重新复制文件。',
  formatNotSensible: () => '文件头所述行数、列数或帧数不合理：文件已损坏。',
  bitsNotGrey: ({ stored, allocated }) => `像素值占 ${allocated} 位中的 ${stored} 位，不是灰度图像。`,
  framesMissing: ({ said, found }) => `应有 ${said} 帧，实有 ${found} 帧：文件已损坏。`,
  unknownTransferSyntax: ({ uid }) => `Scarcast 无法读取其传输语法（${uid}）。`,
  codingNotDecoded: ({ coding }) => `采用此处无法解码的压缩方式（${coding}）。请以未压缩方式导出。`,
  segmentationNotBinary: () => '分割为比例值或彩色：只能打开二值分割。',
  segmentationOfOther: () => '属其他结构的分割：各分段均未编码为左心室的组成部分。',
  segmentationEmpty: () => '分割中没有心脏：没有可保存为 DICOM SEG 的内容。',
  segmentationElsewhere: ({ how }) => `分割与这些图像不相吻合：${ELSEWHERE[how]}。请与其所基于的序列一同打开。`,

  packedDamaged: () => '压缩数据已损坏或不完整：请重新复制文件。',
  unpacksTooLarge: ({ megabytes }) => `解压后超过 ${megabytes} MB，超出可打开的上限。`,
  volumeCutOff: () => '文件短于文件头所述：不完整。请重新复制。',
  voxelsInOtherFile: ({ file }) => `体素在另一文件${file ? `（${file}）` : ''}中：请将两者一同打开。`,
  dimensionsNotImage: () => '其维数并非图像的维数。',
  notNifti: () => '并非 NIfTI 文件：文件头的大小与名称均不符。',
  voxelsNotGrey: ({ type }) => `体素（${type ? `类型 ${type}` : '未注明类型'}）并非单一灰度值。`,
  packedOtherwise: ({ encoding }) => `压缩方式（${encoding || '未注明'}）无法读取。请以不压缩或 gzip 方式保存。`,
  volumeTooLarge: ({ millions }) => `体素数超过 ${millions * 100} 万，超出可打开的上限。`,
  tooManyVolumes: ({ volumes }) => `含 ${volumes} 个容积，为时间序列：请只给出延迟强化的部分。`,
  maskShapeDiffers: () => '掩膜与其所用文件头的形状不一致。',

  zipDamaged: () => 'zip 已损坏或不完整：请重新复制。',
  zipTooLarge: ({ gigabytes, files }) => `该 zip 解压后超过 ${gigabytes} GB 或 ${files} 个文件：其余未予打开。`,
  zipLocked: () => 'zip 有密码。请解压后拖入文件夹。',
  zipPackedOtherwise: () => 'zip 的压缩方式无法读取。请先解压。',
  zipInZip: () => 'zip 中套有 zip。请先解压。',

  fileEmpty: () => '文件为空。',
  fileUnreadable: () => '文件无法读取：已被移动，或无权打开。',
  fileTooLarge: ({ gigabytes }) => `文件超过 ${gigabytes} GB，超出可打开的上限。`,
  fileChanged: () => '文件打开后已改变：请重新拖入检查。',
  tooManyImages: ({ images }) => `超过 ${images} 幅图像：其余未予读取。`,
  seriesNotOpened: ({ number }) => `序列 ${number} 无法打开。`,
  sliceUnreadable: ({ slice, file, why }) =>
    `第 ${slice} 层（${file}）：${why.code === 'sentence' ? why.english : say(zhFiles, why)}`,
  noArchive: () => '只有以 DICOM 形式给出的图像才有可返回的归档系统。',
};
