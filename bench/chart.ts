/** The growth chart as SVG, drawn without a browser. Both axes are logarithmic: a straight line of slope one grows with the people. */
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { GrowthPoint } from './harness.ts';

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const powerOfTen = (value: number): string => (value >= 10_000 ? `${value / 10_000} 万` : String(value));
const duration = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);

export function growthChart(points: readonly GrowthPoint[]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 820, height: 440 });
  const people = points.map((point) => point.people);
  const series = Map.groupBy(points, (point) => point.series);
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: '时间随人数增长', left: 'center' },
    legend: { top: 32 },
    grid: { left: 70, right: 40, top: 80, bottom: 50 },
    xAxis: {
      ...{ type: 'log', name: '人数', nameLocation: 'middle', nameGap: 30 },
      ...{ min: Math.min(...people), max: Math.max(...people), axisLabel: { formatter: powerOfTen } },
    },
    yAxis: { type: 'log', name: '用时', axisLabel: { formatter: duration } },
    series: [...series].map(([name, of]) => ({
      ...{ type: 'line', name, symbolSize: 8 },
      // A floor is what the line above it is held against.
      lineStyle: { type: name.endsWith('下限') ? 'dashed' : 'solid' },
      data: [...of].sort((a, b) => a.people - b.people).map((point) => [point.people, point.ms]),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // A picture needs neither the library's hover styles nor to be clicked; it needs a name for those who cannot see it.
  return svg.replace(/<style[\s\S]*?<\/style>\n?/, '').replace(/(<svg [^>]*>)/, '$1<title>时间随人数增长</title>');
}
