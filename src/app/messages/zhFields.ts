import type { Messages } from './en.ts';

const yesNo = { unit: '', choices: [] };

/** The questions of the form in Simplified Chinese. */
export const zhFields: Messages['form']['fields'] = {
  age: { label: '年龄', unit: '岁', help: '扫描时的年龄。', choices: [] },
  male: { ...yesNo, label: '男性', help: '出生时的性别。' },
  ethnicity: {
    label: '族裔',
    unit: '',
    help: '按患者自述。它更多反映医疗不平等，而非生物学差异。',
    choices: ['白人', '黑人', '其他'],
  },
  lvef: {
    label: '左室射血分数（非磁共振）',
    unit: '%',
    help: '由超声心动图、左室造影或核素显像测得的左室射血分数。',
    choices: [],
  },
  lvefCmr: {
    label: '左室射血分数（心脏磁共振）',
    unit: '%',
    help: '由心脏磁共振电影序列测得的左室射血分数。',
    choices: [],
  },
  lvMassCmr: {
    label: '左室舒张末期质量（心脏磁共振）',
    unit: 'g',
    help: '由心脏磁共振电影序列测得的左室质量。并非超声测得的质量，后者约为其两倍。',
    choices: [],
  },
  infarctPercent: {
    label: '梗死面积（心脏磁共振）',
    unit: '占左室 %',
    help: '由阅片者给出的梗死占左室心肌的百分比。',
    choices: [],
  },
  yearsSinceIschaemia: {
    label: '发现缺血性心脏病至今',
    unit: '年',
    help: '自首次心肌梗死起的年数；无梗死者自冠心病确诊起。',
    choices: [],
  },
  heartRate: { label: '心率', unit: '次/分', help: '静息心电图所示。', choices: [] },
  qrs: { label: 'QRS 时限', unit: 'ms', help: '12 导联心电图所示；起搏心搏按原值。', choices: [] },
  lbbb: { ...yesNo, label: '左束支传导阻滞', help: '心电图示完全性左束支传导阻滞。' },
  atrialFibrillation: { ...yesNo, label: '心房颤动', help: '心房颤动或心房扑动，永久性或阵发性。' },
  smoker: { ...yesNo, label: '吸烟', help: '目前吸烟。既往吸烟者填否。' },
  diabetes: { ...yesNo, label: '糖尿病', help: '任何类型的糖尿病。' },
  hypertension: { ...yesNo, label: '高血压', help: '高血压病史。' },
  hypercholesterolaemia: { ...yesNo, label: '高胆固醇血症', help: '高胆固醇血症病史。' },
  betaBlocker: { ...yesNo, label: 'β 受体阻滞剂', help: '目前服用。' },
  aceInhibitorOrArb: {
    ...yesNo,
    label: 'ACEI 或 ARB',
    help: '目前服用血管紧张素转换酶抑制剂或血管紧张素受体拮抗剂（含沙库巴曲缬沙坦）。',
  },
  lipidLowering: { ...yesNo, label: '调脂药', help: '目前服用他汀或其他调脂药。' },
  diuretic: { ...yesNo, label: '利尿剂', help: '目前服用袢利尿剂。' },
  antiarrhythmic: {
    ...yesNo,
    label: '抗心律失常药',
    help: '目前服用胺碘酮或其他抗心律失常药（β 受体阻滞剂除外）。',
  },
  digoxin: { ...yesNo, label: '地高辛', help: '目前服用。' },
  ischaemic: { ...yesNo, label: '缺血性心脏病', help: '模型适用于缺血性心脏病。' },
  daysSinceInfarct: { label: '心肌梗死后天数', unit: '天', help: '模型适用于梗死至少 40 天者。', choices: [] },
  icd: { ...yesNo, label: '已植入除颤器', help: 'ICD 或 CRT-D。模型适用于未植入者。' },
  revascularised: { ...yesNo, label: '已行血运重建', help: '介入或手术，不限时间。' },
  nyha: {
    label: 'NYHA 心功能分级',
    unit: '',
    help: '心力衰竭症状，1 至 4 级（纽约心脏病协会）。',
    choices: ['I', 'II', 'III', 'IV'],
  },
  ureaNitrogen: { label: '血尿素氮', unit: 'mg/dL', help: '最近一次。', choices: [] },
  creatinine: { label: '血清肌酐', unit: 'mg/dL', help: '最近一次。', choices: [] },
};
