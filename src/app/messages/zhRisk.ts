import type { Messages } from './en.ts';

/** The words around the curve in Simplified Chinese. */
export const zhRisk: Messages['riskPanel'] = {
  cohort: (patients) => `上述 ${patients} 例患者自身的曲线（Kaplan-Meier），止于仍有 30 例随访之时`,
  cohortColumn: (patients) => `MUSIC，缺血性 ${patients} 例`,
  cohortCrude: '其中猝死、其他死亡',
  cohortEnd: '– 无随访',
  percentile: (percent, patients) =>
    percent === 0
      ? `在 MUSIC 的 ${patients} 例缺血性患者中，按临床变量风险更低者不足 1%。`
      : `按临床变量，高于 MUSIC ${patients} 例缺血性患者中 ${percent}% 的人。`,
  otherDeath: '先死于其他原因',
  headline: (suddenly, interval) =>
    `100 名预测风险与此相同者中，若无其他死亡，约 ${suddenly} 人将在 4 年内猝死（${interval}）。`,
  leads: {
    fiveAnswers: '依据 SSCAR 之外的五项回答：其已知比例不低于 SSCAR 临床变量。',
    covariates: '依据 SSCAR 临床变量：其已知比例高于 SSCAR 之外的五项回答。',
  },
  sscar: {
    title: 'SSCAR 自身的结果：临床变量联合图像',
    about:
      '该方法的融合曲线。其图像分支学习的是我们依据已发表效应写定的规律，而非患者；其事件为心律失常性猝死，与 MUSIC 的不完全相同。',
  },
  imageFactor: {
    title: '假如：图像',
    effect: '若瘢痕效应在已发表范围内',
    factor: '优势',
    effects: { low: '取低值', mid: '取中值', high: '取高值' },
    about:
      '相对于模拟缺血性患者平均瘢痕的优势因子。瘢痕的权重依据已发表效应写定，从未由患者学得：仅当假定如此时，方可将上述风险的优势乘以该因子，以观图像之意。',
  },

  uncertainty: {
    title: '区间的构成',
    column: '假定仅此一项不确定时，净风险的 90% 区间',
    kinds: {
      refits: '模型学习自哪些患者：由不同重抽样拟合的各成员之间的分歧，并加宽至能涵盖十分之九模拟患者的真实风险',
      shrinkage: '拟合中的惩罚项可能使远离平均的风险向平均收缩',
      missingInputs: '此患者的未知项',
      image: '图像的预测能力（采用真实心脏的模拟患者）',
      rate: '取何种当代队列',
      calibration: '对本院患者的校准拟合得有多准',
    },
    all: '合计',
  },

  icons: {
    title: '100 名预测风险与此相同者中',
    within: (years) => `${years} 年内`,
    sudden: '猝死',
    other: '先死于其他原因',
    alive: '存活',
    alt: (years, sudden, other, alive) => `${years}：猝死 ${sudden} 人，先死于其他原因 ${other} 人，存活 ${alive} 人`,
    extrapolated: '外推',
    about: '假定预测正确，并计入其他死因。其他死因由年龄、射血分数和病因推算，其发生率假定不变。',
  },

  why: {
    title: '此预测由何而来',
    covariates: '按临床变量',
    covariate: '变量',
    answer: '取值',
    adds: '对数优势的增量',
    odds: '优势 ×',
    lowers: '降低',
    raises: '升高',
    none: '模型所用变量均未填写。',
    sum: (mean, sum, total) =>
      `由 SSCAR 临床变量所得 4 年心脏性猝死的对数优势（按 MUSIC）：缺血性患者平均 ${mean}，由上述取值 ${sum}，合计 ${total}。`,
    about:
      'Shapley 值：此预测偏离缺血性患者平均值的程度在各取值间的分摊份额。它描述的是预测本身，并不说明改变该项会怎样；药物的条形反映的是用药的原因。',
    background: (cohort) =>
      `平均值取自按${cohort === 'training' ? '训练队列' : '本院队列'}的均值、范围与相关性抽取的 500 名虚拟缺血性患者，不含任何真实患者。`,
    image: '在图像上',
    show: '在层面上显示',
    noHeart: '图像中未找到左心室。',
    earlier: '事件较早',
    later: '事件较晚',
    caption:
      '与同一心脏而肌壁灰度均匀时相比，图像分支为何预期事件更早或更晚，按位置显示（积分 Grad-CAM）：分辨率较粗（层面内 9 mm，层间 10 mm），颜色越深影响越大，以该心脏最强处为准。它显示的是从模拟结局中学到的关联，既非心律失常图，也非治疗靶点。',
  },

  whatIf: {
    title: '假如',
    open: '试填其他取值',
    about: '同一模型中的其他取值：反映不同患者之间的关联，并非治疗或改变的效果。此处内容不会保存，也不写入报告。',
    drugs: '也试药物',
    drugsAbout: '用药皆有原因，风险来自该原因：病情越重用药越多。此处的变化并非药物的作用。',
    given: '所填',
    tried: '试填',
    difference: '差值',
    unknown: '未知',
    back: '恢复所填',
    net: '4 年净风险',
    own: '所填',
    other: '试填',
    points: (text) => `${text} 个百分点`,
  },

  form: {
    unit: (label) => `${label}的单位`,
    live: '4 年净风险',
    notApplicable: '不适用',
    costs: (points) => `未知：使 4 年区间加宽 ${points} 个百分点`,
    costsLittle: '未知：影响不足 0.1 个百分点',
  },

  units: {
    mgPerDl: 'mg/dL',
    ngPerL: 'ng/L',
    pmolPerL: 'pmol/L',
    mmolPerL: 'mmol/L',
    umolPerL: 'µmol/L',
    days: '天',
    weeks: '周',
    months: '月',
    years: '年',
    ms: 'ms',
    s: '秒',
  },
};
