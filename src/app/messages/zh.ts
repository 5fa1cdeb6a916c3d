import type { Messages } from './en.ts';

/** The page's words in Simplified Chinese. */
export const zh: Messages = {
  common: {
    slices: (n) => `${n} 层`,
    years: (text) => `${text} 年`,
  },
  header: {
    noCase: '未打开病例',
    demoCase: (slices) => `合成演示患者，${slices}`,
    seriesCase: (number, description, slices) => `${number > 0 ? `序列 ${number} ` : ''}${description}，${slices}`,
    openFiles: '打开文件',
    openFolder: '打开文件夹',
    demo: '演示',
    clear: '全部清除',
    keys: '快捷键',
    language: '语言',
    runsOn: '运行于',
  },
  empty: {
    what: 'Scarcast 在心脏磁共振延迟强化图像中找出心肌瘢痕，并结合临床资料，给出未来十年心律失常性猝死的风险。',
    drop: '将检查拖放到此处',
    kinds: '文件夹、DICOM 文件、zip 压缩包或 NIfTI 文件',
    tryDemo: '试用合成演示患者',
    checkLoaded:
      '任何数据都不会离开本设备。您可以自行验证：所需文件均已载入，现在即可断开网络并继续使用。本页发出过的全部请求列于页面底部。',
    checkSoon:
      '任何数据都不会离开本设备。您可以自行验证：待页面显示运行方式后断开网络，即可继续使用。本页发出过的全部请求列于页面底部。',
  },
};
