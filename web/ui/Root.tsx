import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider, type ThemeConfig } from 'antd';
import type { Locale } from 'antd/lib/locale/index.js';
import chinese from 'antd/locale/zh_CN.js';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './call.ts';
import { ElderBar } from './ElderBar.tsx';
import { startElder } from './elder.ts';
import './tokens.css';
import './parts.css';
import './shell.css';
import './print.css';

// The package's locale is CommonJS: bundlers unwrap it, the type checker does not.
const zhCN = ('default' in chinese ? chinese.default : chinese) as { default: Locale } & Locale satisfies Locale;

// A pressed button is busy before the next click can come (by default: after a timer, and a double click sends twice).
notifyManager.setScheduler(queueMicrotask);

/** A refusal is an answer, not a reason to try again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => error instanceof ApiError && error.status === 0 && count < 2,
    },
  },
});

/** Everything a page of either house stands on. */
export function mount(theme: ThemeConfig, children: ReactNode): void {
  const host = document.getElementById('app');
  if (!host) throw new Error('the page has no #app');
  startElder();
  const house = document.documentElement.dataset.house === 'tax' ? 'tax' : 'agency';
  createRoot(host).render(
    <StrictMode>
      <ConfigProvider theme={theme} locale={zhCN} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
        <App>
          <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
          <ElderBar house={house} />
        </App>
      </ConfigProvider>
    </StrictMode>,
  );
}
