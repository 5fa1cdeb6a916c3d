import type { Messages } from './en.ts';

/** What a person reads of the weights, in Simplified Chinese. */
export const zhCards: Messages['cards'] = {
  inWords: '轮廓：学自新鲜梗死，不含陈旧梗死。风险：MUSIC，2003–2004 年。图像部分：模拟。',
  open: '模型说明',
  title: '数值由何得出',
  first: '请先知悉',
  limitsOfAll: [
    '用于学习轮廓的图像中没有陈旧性心肌梗死：均为发病数日的梗死与正常心脏，来自一家医院、一个厂商。请逐层核对轮廓。',
    '风险学习自 992 例心力衰竭患者，约二十年前在西班牙接受治疗，其中缺血性 453 例、猝死 94 例。仅在该队列内做过交叉验证，从未在其他队列中检验。',
    '图像所提示的风险中没有任何患者的结局：其结局按我们依据已发表效应写定的规律抽取。对真实患者的效果未知。',
    '仅供科研与教学使用。均非医疗器械，不得用于患者的诊疗决策。',
  ],
  licence: '许可',
  everything: '完整模型卡（英文）',
  models: {
    locate: '定位心室',
    segment: '分割',
    covariates: '临床变量',
    fiveAnswers: '五项回答',
    image: '图像',
    fusion: '临床变量与图像',
    cohort: '真实队列',
  },
  does: {
    locate: '在各层面定位左心室。多次判读不一致时，页面会提示可能未找到心脏。',
    segment: '勾画血池、心肌、瘢痕与无复流区。常漏检无复流区与小瘢痕；瘢痕总量不足 3 mL 时判为无瘢痕。',
    covariates: '依据 SSCAR 临床变量给出猝死时间分布。超过 5.25 年的曲线为外推。',
    fiveAnswers:
      '依据射血分数、NYHA 分级、既往心肌梗死、左房内径与 NT-proBNP。在缺血性患者中，其相对临床变量的改进处于抽样误差之内。',
    image: '读取室壁的信号强度。仅学习过单支冠状动脉供血区陈旧性梗死的模拟心脏，不含其他疾病。',
    fusion: '在模拟患者上联合临床变量与图像；兼有两者的依据与局限。',
    cohort: 'MUSIC 缺血性患者自身的曲线，供与患者的曲线对照。',
  },
};
