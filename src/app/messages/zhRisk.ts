import type { Messages } from './en.ts';

/** The words beside the curve in Simplified Chinese. */
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

  uncertainty: {
    title: '区间的构成',
    column: '假定仅此一项不确定时，净风险的 90% 区间',
    kinds: {
      refits: '模型学习自哪些患者：各成员由不同的重抽样拟合，此为其间的分歧',
      missingInputs: '此患者的未知项',
      image: '图像的预测能力（模拟患者中）',
    },
    all: '合计',
  },

  icons: {
    title: '100 名同类患者中',
    within: (years) => `${years} 年内`,
    sudden: '猝死',
    other: '先死于其他原因',
    alive: '存活',
    alt: (years, sudden, other, alive) => `${years}：猝死 ${sudden} 人，先死于其他原因 ${other} 人，存活 ${alive} 人`,
    extrapolated: '外推',
    about: '假定预测正确，并计入其他死因。其他死因由年龄、射血分数和病因推算，其发生率假定不变。',
  },

  why: {
    title: '该风险的依据',
    covariates: '按临床变量',
    covariate: '变量',
    answer: '取值',
    adds: '对数优势的增量',
    odds: '优势 ×',
    lowers: '降低',
    raises: '升高',
    none: '模型所用变量均未填写。',
    sum: (mean, sum, total) =>
      `仅由临床变量所得 5 年猝死的对数优势：训练队列平均 ${mean}，由上述取值 ${sum}，合计 ${total}。`,
    about:
      'Shapley 值：各取值在此预测偏离队列平均值中所占的公平份额。它描述的是预测本身，并不说明改变该项会怎样；药物的条形反映的是用药的原因。',
    background: '平均值取自按训练队列的均值、范围与相关性抽取的 500 名虚拟患者，不含任何真实患者。',
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
    net: (extrapolated) => `5 年净风险${extrapolated ? '（外推）' : ''}`,
    own: '所填',
    other: '试填',
    points: (text) => `${text} 个百分点`,
  },

  beside: {
    title: '他人的意见',
    guideline: '指南：植入除颤器',
    about: '缺血性心脏病一级预防的 I 类推荐，须已接受指南治疗且预期生存超过一年（此处均未询问）。',
    source: '2017 年 AHA/ACC/HRS 室性心律失常与心脏性猝死指南，第 7.1.2 节。Al-Khatib 等，Circulation 2018;138:e272。',
    recommendations: {
      lvef35: '射血分数 ≤ 35% 且 NYHA II 或 III 级',
      lvef30: '射血分数 ≤ 30% 且 NYHA I 级',
    },
    criteria: {
      ischaemic: '缺血性心脏病',
      lvef: '射血分数足够低',
      nyha: 'NYHA 分级',
      daysSinceInfarct: '心肌梗死后至少 40 天',
      revascularised: '未行血运重建，或已满 90 天（未询问日期）',
    },
    met: '符合',
    notMet: '不符合',
    open: '未定',
    score: '已发表的评分：MADIT-II',
    scoreSource:
      'Goldenberg 等，J Am Coll Cardiol 2008;51:288。其患者：MADIT-II，梗死超过一个月且射血分数 ≤ 30%，1997 至 2001 年入组。其结局为全因死亡，并非猝死。',
    points: (least, most) => (least === most ? `5 分中 ${least} 分` : `5 分中 ${least} 至 ${most} 分`),
    factors: {
      nyha: 'NYHA 高于 II 级',
      age: '年龄大于 70 岁',
      ureaNitrogen: '血尿素氮高于 26 mg/dL（尿素 9.3 mmol/L）',
      qrs: 'QRS 大于 120 ms',
      atrialFibrillation: '心房颤动',
    },
    rates:
      '该试验未植入除颤器组：0 分者死亡 8%，1 分及以上者 28%；肾功能衰竭者（尿素氮 ≥ 50 或肌酐 ≥ 2.5 mg/dL）43%，不适用该评分。',
    noRenal: '无肾功能衰竭：评分适用',
    renal: '肾功能衰竭：不适用该评分。',
    unlike: '该患者与试验患者不同：射血分数高于 30%，或近一个月内发生梗死。',
    likenessOpen: '该患者是否与试验患者相似取决于射血分数与梗死，二者未均填写。',
    others: '未列出：MAGGIC 与 Seattle 模型，所需信息此处未询问（血压、血钠、血红蛋白等）。',
    othersSaid: '二者均不读取图像，也均非本页的建议。',
  },

  form: {
    unit: (label) => `${label}的单位`,
    live: '5 年风险',
    extrapolated: '（外推）',
    notApplicable: '不适用',
    costs: (points) => `未知：使 5 年区间加宽 ${points} 个百分点`,
    costsLittle: '未知：影响不足 0.1 个百分点',
  },

  units: {
    mgPerDl: 'mg/dL',
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
