import type { Dimension } from '../../src/index.ts';

/** A record in Feishu: participation, and interviewers with their verdicts (1 fail, 2 pass, 3 pending). */
export type Brought = readonly [
  participation: number | undefined,
  ...(readonly [name: string, verdict: number | undefined])[],
];

export interface System {
  /** What is run together; of each the records, by `<name>:<source key>`. */
  readonly pipelines: Readonly<Record<string, Readonly<Record<string, Brought>>>>;
  /** Skipped by a rule, in the order of the pipelines. */
  readonly skipped: readonly number[];
  /** One word of one assessment: the file, the word, what it becomes. */
  readonly change: readonly [file: string, from: string, to: string];
  /** What the first interviewer with a pass said, besides name and verdict. */
  readonly said: { readonly content: string; readonly assessment_dimension_list?: readonly Dimension[] };
  /** An edit of the export that neither pipeline may guess at or drop: the file, the text, what it becomes, what is said of it. */
  readonly refused: readonly [file: string, from: string, to: string, problem: string];
  /** The file in which private notes are left out, and how many records have some. */
  readonly privateNotes?: { readonly file: string; readonly records: number };
}

const u = (kind: string, n: number): string => `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const SYSTEMS: Readonly<Record<string, System>> = {
  greenhouse: {
    pipelines: {
      greenhouse: {
        40000000101: [2, ['Tomás Ferreira', 2], ['Yuki Arai', 1]],
        40000000102: [2, ['Tomás Ferreira', 1]],
        40000000103: [1],
        // Its only scorecard is a draft.
        40000000104: [undefined],
      },
      'greenhouse-unscheduled': {
        60000000204: [undefined, ['Lena Vogt', 2]],
        60000000206: [undefined, ['Lena Vogt', 3]],
      },
    },
    skipped: [0, 5],
    change: ['scorecards.json', 'Lost the thread twice.', 'Lost the thread three times.'],
    said: {
      content: 'Draws clear borders between services.',
      assessment_dimension_list: [
        { assessment_type: 2, title: 'Interview', option: 'System design' },
        { assessment_type: 2, title: 'Depth', description: 'Skills', option: 'strong_yes' },
        {
          assessment_type: 3,
          title: 'Depth - note',
          description: 'Skills',
          content: 'Knew why, not only how',
        },
        { assessment_type: 2, title: 'Teaching', description: 'Values', option: 'mixed' },
        { assessment_type: 3, title: 'Which office?', content: 'Lisbon, Bern' },
        { assessment_type: 3, title: 'Would you work with them?', content: 'Yes' },
      ],
    },
    refused: [
      'scheduled_interviews.json',
      '"scorecard_id": 60000000203',
      '"scorecard_id": 60000000999',
      'has a scorecard that scorecards.json lacks: export both on one day',
    ],
    privateNotes: { file: 'greenhouse.ts', records: 4 },
  },
  lever: {
    pipelines: {
      lever: {
        // One form is a draft, another was deleted.
        [u('a', 1)]: [2, ['Nadia Brandt', 2], ['Omar Haddad', 1]],
        [u('a', 2)]: [2, ['Nadia Brandt', 1]],
        [u('a', 3)]: [undefined],
      },
      'lever-unscheduled': {
        [u('9', 6)]: [undefined, ['Omar Haddad', 2]],
        // No user of that id in users.csv; and a form that asks for no verdict.
        [u('9', 7)]: [undefined, [`Lever user ${u('c', 7)}`, 3]],
        [u('9', 8)]: [undefined, ['Omar Haddad', undefined]],
      },
    },
    skipped: [2, 6],
    change: ['feedback.jsonl', 'Could not say why.', 'Could not say why, nor when.'],
    said: {
      content: 'Explains trade-offs without being asked.',
      assessment_dimension_list: [
        { assessment_type: 2, title: 'Feedback form', option: 'Engineering' },
        { assessment_type: 2, title: 'Overall', option: '4 - Strong Hire' },
        { assessment_type: 1, title: 'Coding', score: 4 },
        { assessment_type: 3, title: 'Coding - comment', content: 'Fast' },
        { assessment_type: 1, title: 'Testing', score: 2 },
        { assessment_type: 2, title: 'Met before?', option: 'No' },
        { assessment_type: 4, title: 'Languages', options: ['Go', 'Rust'] },
        { assessment_type: 1, title: 'Energy', description: '1 to 4', score: 3 },
        { assessment_type: 3, title: 'Snippet', content: 'if (a <3 && b>1) {}' },
      ],
    },
    refused: [
      'feedback.jsonl',
      `"interview": "${u('a', 2)}"`,
      `"interview": "${u('a', 99)}"`,
      'its interview is not in interviews.jsonl: export both on one day',
    ],
    privateNotes: { file: 'rules/lever.ts', records: 2 },
  },
  ashby: {
    pipelines: {
      ashby: {
        [u('a', 1)]: [2, ['Greta Olsson', 2], ['Hamid', 1]],
        [u('a', 2)]: [2, ['io@example.com', 1]],
        [u('a', 3)]: [1],
      },
      'ashby-unscheduled': {
        [u('9', 4)]: [undefined, ['Hamid', 2]],
        [u('9', 5)]: [undefined, ['Greta Olsson', 3]],
      },
    },
    skipped: [1, 4],
    change: ['feedback.jsonl', 'Polite, but lost.', 'Polite, but lost early.'],
    said: {
      content: 'Finds the bug before the test does.',
      assessment_dimension_list: [
        { assessment_type: 2, title: 'Overall recommendation', option: 'Strong Hire' },
        { assessment_type: 1, title: 'Coding', score: 4 },
        { assessment_type: 3, title: 'Coding - comment', content: 'Clean' },
        { assessment_type: 4, title: 'Teams', options: ['Payments', 'Search'] },
        { assessment_type: 2, title: 'Met before?', option: 'No' },
      ],
    },
    refused: [
      'feedback.jsonl',
      `"interviewEventId": "${u('a', 2)}"`,
      `"interviewEventId": "${u('a', 99)}"`,
      'its event is not in interview-events.jsonl: export both on one day',
    ],
    privateNotes: { file: 'rules/ashby.ts', records: 1 },
  },
  'beisen-like': {
    pipelines: {
      'beisen-like': {
        'BI-1': [2, ['周岚', 2], ['郑航', 1]],
        'BI-2': [2, ['周岚', 1]],
        'BI-3': [1],
        'BI-4': [3],
      },
      'beisen-like-unscheduled': {
        'BE-5': [undefined, ['郑航', 2]],
        'BE-7': [undefined, ['何静', 3]],
      },
    },
    skipped: [1, 5],
    change: ['evaluations.csv', '追问两次', '追问三次'],
    said: {
      content: '思路清楚，能把取舍讲明白。',
      assessment_dimension_list: [
        { assessment_type: 2, title: '面试轮次', option: '初试' },
        { assessment_type: 1, title: '综合得分', score: 88 },
      ],
    },
    refused: [
      'evaluations.csv',
      'BE-4,BI-2',
      'BE-4,BI-99',
      'its interview is not in interviews.csv: export both on one day',
    ],
    privateNotes: { file: 'beisen-like.ts', records: 2 },
  },
  'moka-like': {
    pipelines: {
      'moka-like': {
        '9001:初试:2024-05-06 09:30:00': [2, ['罗一', 1], ['唐宁', 2]],
        '9002:初试:2024-05-07 14:00:00': [2, ['唐宁', 1]],
        '9002:复试:2024-05-21 10:00:00': [1],
      },
    },
    skipped: [1],
    change: ['moka-like.interviews.utf8bom.csv', '不会看日志', '不会看监控'],
    said: { content: '用例写得细，边界都想到了。' },
    refused: [
      'moka-like.interviews.utf8bom.csv',
      '已结束,已接受,未签到',
      '已结束,未到场,未签到',
      'a no-show (未到场) that was assessed',
    ],
  },
};
