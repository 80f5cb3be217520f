import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { divideHalfUp, formatYuanGrouped } from '../../src/kernel/fen.ts';
import type { Series } from './ChartBars.tsx';

use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

/**
 * Draws stacked bars; axes may abbreviate to 万, nothing else does. Returns the way to remove it.
 * @param estimate dashed borders and the sum on top of each column
 */
export function drawBars(
  host: HTMLElement,
  columns: readonly string[],
  series: readonly Series[],
  estimate = false,
): () => void {
  const sums = columns.map((_, i) => series.reduce((sum, one) => sum + (one.fen[i] ?? 0), 0));
  // Too narrow for every name and sum: every second one, the middle among them; the table has them all.
  const middle = Math.floor(columns.length / 2);
  const named = (index: number): boolean => columns.length * 44 <= host.clientWidth || (index - middle) % 2 === 0;
  const sumAt = ({ dataIndex }: { dataIndex: number }): string =>
    named(dataIndex) ? inYuan(sums[dataIndex] ?? 0) : '';
  const chart = init(host, null, { renderer: 'svg' });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: estimate ? { left: 44, right: 4, top: 24, bottom: 40 } : { left: 56, right: 8, top: 16, bottom: 28 },
    xAxis: {
      type: 'category',
      data: [...columns],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#c3cbd2' } },
      axisLabel: { color: '#566373', ...(estimate ? { interval: named } : {}) },
    },
    yAxis: {
      type: 'value',
      splitLine: { lineStyle: { color: '#e2e6e8' } },
      axisLabel: {
        color: '#566373',
        formatter: (fen: number) => (Math.abs(fen) >= 1_000_000 ? `${fen / 1_000_000}万` : String(fen / 100)),
      },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      valueFormatter: (value: unknown) => formatYuanGrouped(Number(value)),
    },
    series: series.map((one, index) => ({
      type: 'bar',
      stack: 'all',
      name: one.name,
      barMaxWidth: 28,
      // A zero would still draw its border.
      data: one.fen.map((fen) => (fen === 0 ? null : fen)),
      itemStyle: {
        color: one.color,
        borderColor: one.border,
        borderWidth: 1,
        borderType: estimate ? 'dashed' : 'solid',
      },
      ...(estimate && index === series.length - 1
        ? { label: { show: true, position: 'top', color: '#3a4756', formatter: sumAt } }
        : {}),
    })),
  });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(host);
  return () => {
    observer.disconnect();
    chart.dispose();
  };
}

/** 3,639: whole yuan, where there is no room for fen. */
function inYuan(fen: number): string {
  return formatYuanGrouped(Number(divideHalfUp(BigInt(fen), 100n)) * 100).replace(/\.00$/, '');
}
