import type { Messages } from './en.ts';

/** The words of a reader's notes on a case, in Simplified Chinese. */
export const zhNotes: Messages['notes'] = {
  title: '印象与签名',
  impression: '影像印象',
  name: '姓名或缩写',
  sign: '签署本次判读',
  unsigned: '本次判读尚未签署。',
  signedBy: (name) => `已由 ${name} 签署。`,
  withdrawn: '签名已失效：签署后内容有改动。确认无误后请重新签署。',
  about: '二者均写入报告、病例文件与 DICOM 报告。内容由您填写，不参与任何计算。',
  label: '病例标签',
  labelHelp: '用于报告与文件名，代替患者姓名',
  toCheck: '待核对',
  slice: (slice) => `第 ${slice} 层`,
  isChecked: (slice) => `第 ${slice} 层已核对`,
  thisChecked: '已核对',
  thisCheckedHelp: '标记您已核对本层轮廓（K）',
  checked: (slices) => `阅片者已核对轮廓：第 ${slices} 层。`,
  noneChecked: '未标记已核对的层面。',
};

/** The words of a case's contents and of its summary in Simplified Chinese. */
export const zhSummary: Messages['summary'] = {
  contents: '病例目录',
  parts: {
    summary: '概要',
    scar: '瘢痕',
    answers: '临床信息',
    risk: '风险',
    why: '原因',
    guidelines: '指南',
    compare: '比较',
    report: '报告',
    study: '检查',
  },

  sentence: (dead, low, high, image) =>
    `100 名填写内容相同的患者中，若无其他死因，约 ${dead} 人将在 4 年内猝死（90% 区间 ${low} 至 ${high} 人）；${image}。`,
  image: {
    higher: '图像提示风险高于平均（模拟）',
    average: '图像提示风险接近平均（模拟）',
    lower: '图像提示风险低于平均（模拟）',
  },
  noImage: '图像未提供风险信息',
  imageOdds: (factor) => `相对于平均瘢痕，优势 × ${factor}`,
  restsOn: (branch, rate) =>
    `${
      {
        covariates: '此风险由 SSCAR 的临床变量算出。',
        fiveAnswers: '此风险由五项回答（LVEF、NYHA 分级、既往心肌梗死、左心房、NT-proBNP）算出，所用模型不属于 SSCAR。',
        fused: '此风险由 SSCAR 依据临床变量与图像算出。',
      }[branch]
    }风险水平：${rate}。`,
  doesNotApply: '模型不适用于此患者，风险不成立：',
  copy: '复制结果',
  copied: '已复制。',
  notCopied: '浏览器不允许本页复制：请选中该句后自行复制。',

  first: '最重要的八项',
  all: (n) => `全部 ${n} 项`,
  askFirst: '此患者的情况尚一无所知，此时的曲线可属于任何人。请先填写此处各项；每填一项，区间便更窄。',
  moreRisk: '风险详情',

  scar: '瘢痕',
  ofWall: '占室壁',
  moreScar: '瘢痕详情',
  noIntervalByHand: '无区间：区间仅适用于神经网络自身勾画的瘢痕，此处已经人工修正。',
  noIntervalExcluded: '无区间：区间适用于整个堆栈，而此处有层面未计入。',
  noIntervalFile: '无区间：分割随图像提供。',
  noIntervalMethod: '无区间：阈值法瘢痕的区间未知。',
  noIntervalHeart: '无区间：所分割的可能并非心脏。',
  noIntervalWeights: '区间未知。',

  unused: (n) => `当前模型权重未使用（${n} 项）`,
  unusedAbout: '这些项不改变任何曲线。未填写其他射血分数时，指南、评分与风险水平采用 CMR 所测射血分数。',
  asMeasured: '本页在此图像上测得。如需填写您自己的数值，请直接修改。',

  readsBrightness:
    '图像所提示的风险来自室壁以内（血池轮廓与心肌外轮廓之间）的信号强度，并不读取瘢痕轮廓：修正瘢痕轮廓会改变瘢痕质量，但不改变此处的风险。',
  scarByHand: '您已手动修改瘢痕：其质量与占比随之更新。风险不变，因其读取的是室壁的信号强度。',

  wayOut: {
    infarctAge: '若心肌梗死已超过 40 天，请在此填写距今时间：',
    take: '采用',
    change: (label) => `修改此项：${label}`,
    study: '在“检查”中填写间距',
  },
};
