import {
  csv,
  csvLookup,
  dateOnly,
  definePipeline,
  id,
  joinText,
  required,
  splitList,
  valueMap,
} from 'hire-sync';

const COLUMNS = [
  'check_id',
  'application_no',
  'vendor',
  'finished_on',
  'status',
  'grade',
  'summary',
] as const;
const withdrawn = valueMap({ 已完成: false, 已撤回: true });
// Feishu's result is free text; a word that nobody has looked at is refused all the same.
const grade = valueMap({ 无风险: '无风险', 低风险: '低风险', 中风险: '中风险', 高风险: '高风险' });

/** Background checks of the old ATS. Their reports were uploaded before (POST attachments): the ids are in the export. */
export default definePipeline({
  name: 'background-checks',
  target: 'external_background_check',
  zone: 'Asia/Shanghai',
  sourceDir: '../fixtures/background-checks',
  source: csv('background-checks.csv', { columns: [...COLUMNS, 'attachment_ids'] }),
  lookups: { applications: csvLookup('applications.csv', 'application_no', 'external_application_id') },
  key: (row) => id(row.check_id),
  skip: (row) => withdrawn(row.status) && 'withdrawn (已撤回)',
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.application_no),
    date: dateOnly(row.finished_on, 'Asia/Shanghai'),
    name: `${required(row.vendor)} ${id(row.check_id)}`,
    result: joinText('\n', grade(row.grade), row.summary),
    attachment_id_list: splitList(row.attachment_ids),
  }),
});
