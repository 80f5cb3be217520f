import type { ThemeConfig } from 'antd';

const FONT = '"PingFang SC","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif';

/** antd wears the same tokens as tokens.css; the pairs were measured (text ≥ 4.5, control borders ≥ 3). */
function theme(primary: string, hover: string): ThemeConfig {
  return {
    token: {
      colorPrimary: primary,
      colorPrimaryHover: hover,
      colorSuccess: '#1d6a49',
      colorWarning: '#865100',
      colorError: '#b0261e',
      colorLink: primary,
      colorText: '#14202e',
      colorTextSecondary: '#3a4756',
      colorTextTertiary: '#566373',
      colorTextDescription: '#566373',
      colorTextPlaceholder: '#606d7b',
      colorTextQuaternary: '#606d7b',
      colorTextDisabled: '#606d7b',
      colorBorder: '#8592a0',
      colorBorderSecondary: '#e2e6e8',
      colorBgMask: 'rgba(20,32,46,.30)',
      borderRadius: 6,
      controlHeight: 34,
      fontFamily: FONT,
      fontSize: 14,
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.12s',
    },
    components: {
      Button: { defaultBorderColor: '#c3cbd2', defaultShadow: 'none', primaryShadow: 'none', dangerShadow: 'none' },
      Drawer: { paddingLG: 22 },
    },
  };
}

export const portalTheme = theme('#1b4f9c', '#153f7d');
export const taxTheme = theme('#0f5f5a', '#0b3f3c');
