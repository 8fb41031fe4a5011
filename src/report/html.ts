import type { Changes, RenderOptions } from './options.ts';
import type { Report } from './report.ts';
export function* htmlReport(_report: Report, _store: Changes, _options: RenderOptions): Generator<string> {
  yield '';
}
