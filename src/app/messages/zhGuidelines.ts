import type { Messages } from './en.ts';

/** The words of guidelines and scores in Simplified Chinese. */
export const zhGuidelines: Messages['guidelines'] = {
  title: '指南与已发表评分',
  about:
    '依据所填临床信息，缺血性心脏病一级预防植入 ICD 的推荐。各推荐均要求预期良好功能状态下生存超过一年，此处未询问。均不读取图像，也均非本页的建议。',
  lvefUsed: (from) =>
    from === null
      ? '未填写射血分数。'
      : from === 'lvef'
        ? '射血分数：采用非 CMR 测值。'
        : '射血分数：未填其他测值，采用 CMR 测值；相关标准所依据的试验使用的是其他方法。',
  guidelines: {
    aha2017: { name: '2017 AHA/ACC/HRS', source: 'Al-Khatib 等，Circulation 2018;138:e272，第 7.1.2 节。' },
    aha2022: { name: '2022 AHA/ACC/HFSA', source: 'Heidenreich 等，Circulation 2022;145:e895，第 7.4.1 节。' },
    esc2022: { name: '2022 ESC', source: 'Zeppenfeld 等，Eur Heart J 2022;43:3997。' },
  },
  grade: (grade) => (grade.startsWith('IIa') ? `${grade} 类推荐：应考虑` : `${grade} 类推荐`),
  recommendations: {
    lvef35: '射血分数 ≤ 35% 且 NYHA II 或 III 级',
    lvef30: '射血分数 ≤ 30% 且 NYHA I 级',
    nsvt40: '非持续性室速、射血分数 ≤ 40% 且可诱发',
  },
  criteria: {
    ischaemic: '缺血性心脏病',
    lvef35: '射血分数不高于 35%',
    lvef30: '射血分数不高于 30%',
    lvef40: '射血分数不高于 40%',
    nyha2or3: 'NYHA II 或 III 级',
    nyha1: 'NYHA I 级',
    daysSinceInfarct: '心肌梗死后至少 40 天，或从未梗死',
    afterInfarct: '心肌梗死后至少 40 天',
    daysSinceRevascularisation: '血运重建后至少 90 天，或未行',
    treatment: '接受指南治疗（三个月或以上）',
    treatedThreeMonths: '接受指南治疗三个月或以上',
    infarct: '曾有心肌梗死',
    nsvt: '非持续性室性心动过速',
    inducible: '电生理检查诱发室颤或持续性室速',
  },
  met: '符合',
  notMet: '不符合',
  open: '未定',
  closedBy: (labels) => `（未定：请填${labels.map((label) => `“${label}”`).join('、')}）`,
  scoresTitle: '已发表评分',
  columns: {
    score: '评分',
    forWhom: '适用人群',
    event: '事件',
    years: '年限',
    value: '此患者',
    agreement: '与本页对照',
  },
  scores: {
    madit2: {
      name: 'MADIT-II',
      forWhom: '梗死超过一个月、射血分数 ≤ 30%，1997 至 2001 年入组',
      event: '全因死亡',
      years: '1.5（中位）与 8',
      source:
        'MADIT-II：Goldenberg 等，J Am Coll Cardiol 2008;51:288；8 年结果 Barsheshet 等，J Am Coll Cardiol 2012;59:2075。NYHA 高于 II 级、年龄大于 70 岁、尿素氮高于 26 mg/dL、QRS 大于 120 ms、心房颤动各计 1 分；肾功能衰竭另为一组。',
    },
    derivate: {
      name: 'DERIVATE-ICM 线性预测值',
      forWhom: '缺血性心肌病，超声射血分数低于 50%',
      event: '猝死、猝死生还或持续性室速',
      years: '2.9（中位）',
      source:
        'DERIVATE-ICM：Pontone 等，JACC Cardiovasc Imaging 2023;16:1387。0.005 × EDV/BSA（mL/m²）− 0.029 × CMR 射血分数（%）+ 0.010 × 延迟强化质量（g），见其会议摘要。未发表界值与风险，故此处不给出。',
    },
    greyZone: {
      name: '灰区（3 SD 法）大于 5 g',
      forWhom: '有纤维化的冠心病，射血分数不限（832 例）',
      event: '心脏性猝死',
      years: '5.8（中位）',
      source:
        '灰区：Zegard 等，J Am Coll Cardiol 2021;77:29。风险比 10.8（3.74 至 30.9），猝死 29 例；界值两侧的风险均未发表。摘要未说明“3 SD 法”的上下界：此处以 2 至 3 SD 之间的区域与之对照。',
    },
    hers: {
      name: 'HERS 六项计数',
      forWhom: '绝经后患冠心病的女性',
      event: '心脏性猝死',
      years: '6.8（平均）',
      source:
        'HERS：Deo 等，Arch Intern Med 2011;171:1703。心肌梗死、心力衰竭、肾小球滤过率低于 40（此处按 CKD-EPI 2021）、心房颤动、缺乏活动、糖尿病：0、1、2、3 项及以上者每年 0.3%、0.5%、1.2%、2.9%。',
    },
  },
  likeThem: { false: '该患者与其不同。', null: '该患者是否与其相似尚未定。' },
  points: (least, most, of) => (least === most ? `${of} 分中 ${least} 分` : `${of} 分中 ${least} 至 ${most} 分`),
  renal: '肾功能衰竭：不适用该评分。',
  trialDeaths: (share) => `该试验中未植入 ICD 的此类患者死亡 ${share}。`,
  aliveAt8Years: (withIcd, without) => `8 年生存：植入者 ${withIcd}，未植入者 ${without}。`,
  greyZone: (grams, beyond) => `${grams} g：${beyond ? '超过' : '未超过'}界值`,
  agreements: {
    otherEvent: '事件不同，不可比较',
    noRisk: '未发表风险，不可比较',
    open: '未定',
    sameWay: '与图像因子方向一致',
    otherWay: '与图像因子方向相反',
  },
  risks: (years, theirs, ours) => `${years} 年 ${theirs}，本页 ${ours}`,
  notShown:
    '未列出：MADIT-ICD 获益、MUSIC、Shen、SPRM、MUSTT 与 Duke 评分（未能读到其分值或系数），PRE-DETERMINE 评分（摘要未列项目），ESTIMATED（不适用于缺血性患者），MAGGIC 与 Seattle 模型（所需信息此处未询问）。',
};
