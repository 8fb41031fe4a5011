/** What a column is for. */
export type Role =
  | 'key'
  | 'application'
  | 'feishuApplication'
  | 'begin'
  | 'end'
  | 'duration'
  | 'status'
  | 'attendance'
  | 'round'
  | 'candidate'
  | 'position'
  | 'phone'
  | 'interviewer'
  | 'contact'
  | 'verdict'
  | 'comment'
  | 'private'
  | 'answer'
  | 'score'
  | 'order'
  | 'submitted'
  | 'question'
  | 'questionType'
  | 'description'
  | 'value';

/**
 * The field's words for each role, the most telling first, matched against a name in lower case with `_` between its words.
 * A role is given to the column that has the most telling word.
 */
const WORDS: Readonly<Record<Role, readonly RegExp[]>> = {
  feishuApplication: [/^external_application_id$/, /(飞书|外部)(投递|申请)_?(id|编号|号)?$/],
  application: [
    /^(job_)?(application|opportunity|apply|submission)_?(id|no|nr|number|code|key|ref|uuid)?$/,
    /^(应聘)?(申请|投递|应聘)_?(记录)?_?(id|编号|单号|号|编码)$/,
    /(^|_)(application|opportunity)_?(id|no|number)$/,
    /(申请|投递)(id|编号|号)/,
  ],
  key: [
    /^(面试|评价|评估|反馈|打分|评分|得分|记录|题目)_?(记录)?_?(id|编号|单号|号|编码)$/,
    /^(interview|assessment|feedback|scorecard|score|evaluation|review|event|record|rating)_?(id|no|number|key|uuid)$/,
    /^(id|uuid|guid|编号|序号)$/,
  ],
  begin: [
    /^面试(开始)?(时间|日期)$/,
    /^(interview_)?(begin|start|starts|started|scheduled|held)(_(at|on|time|date|date_time|datetime))*$/,
    /^interview_?(date|time|datetime|day|at|on)(_time)?$/,
    /^(开始)(时间|日期)$/,
    /^interviewed_(at|on)$/,
    /^(日期|时间|date|date_time|datetime|when)$/,
  ],
  end: [
    /^(面试)?结束(时间|日期)$/,
    /^(interview_)?(end|ends|ended|finish|finished)(_(at|on|time|date|date_time|datetime))*$/,
  ],
  duration: [/^面试时长(_?分钟)?$/, /时长/, /^duration(_(min|mins|minutes))?$/, /^(minutes|length_minutes)$/],
  status: [/^面试状态$/, /^(interview_)?status$/, /^(interview_)?state$/, /^状态$/],
  attendance: [
    /^(候选人)?(是否)?(参加|到场|出席|到面|签到)(状态|情况)?$/,
    /(参加|到场|签到)/,
    /^(attended|attendance|no_show|showed_up|candidate_status)$/,
  ],
  round: [
    /^面试轮次$/,
    /轮次|^轮$/,
    /^(interview_)?round(_name)?$/,
    /^(interview_)?(stage|step)(_name)?$/,
    /^面试阶段$/,
    /^interview_name$/,
  ],
  candidate: [
    /^(候选人|应聘者|求职者)(_?姓名)?$/,
    /^(candidate|applicant)(_(full_)?name)?$/,
    /^姓名$/,
    /^(full_)?name$/,
  ],
  position: [/^(应聘|申请|面试)?(职位|岗位)(名称)?$/, /^(job|position|posting|requisition)(_(title|name))?$/],
  phone: [
    /^(手机|电话|联系电话|手机号|电话号码|手机号码|联系方式)$/,
    /^(phone|mobile|cell|tel|telephone)(_(number|no))?$/,
  ],
  interviewer: [
    /^(主)?面试官(_?姓名)?$/,
    /^面试人(_?姓名)?$/,
    /^评价人(_?姓名)?$/,
    /^(interviewer|evaluator|assessor|reviewer|rater)(_(full_)?name)?$/,
    /^(评估人|评委|考官|submitted_by_name)$/,
    /^(面试官|评价人)名?$/,
  ],
  contact: [
    /(邮箱|工号|账号|e_?mail)/,
    /^(interviewer|evaluator|user|reviewer)_(id|no|number|email|code)$/,
    /^(gender|sex|性别|birthday|生日|身份证.*|id_card)$/,
  ],
  verdict: [
    /^面试(反馈)?(结果|结论)$/,
    /^(overall_)?(recommendation|verdict|conclusion|decision|outcome)$/,
    /^(interview_|assessment_|final_)?result$/,
    /^(评价|评估|反馈|综合|录用)?(结果|结论|建议)$/,
    /^是否通过$/,
    /^(overall_)?(result|hire|hire_recommendation|pass|passed)$/,
  ],
  private: [/内部备注|机密|保密|薪|期望薪资|private|confidential|salary|compensation/],
  comment: [
    /^面试(反馈内容|评价|评语|反馈|评价内容)$/,
    /^(综合|总体|整体)(评价|评语|意见)$/,
    /^(评语|评价|反馈|反馈内容|评价内容|意见|评论)$/,
    /^(feedback|comment|comments|notes|note|content|summary|remarks|remark|review|evaluation|takeaways|key_takeaways|feedback_text|comment_text|overall_comment|note_html|description_of_feedback)$/,
    /^(备注|说明)$/,
    /(评语|评价|反馈)(内容)?$/,
    /(^|_)(feedback|comments?|notes?|remarks?)(_(text|html))?$/,
  ],
  answer: [
    /优势|优点|亮点|不足|缺点|顾虑|风险|推荐部门|改进|strengths?|weakness(es)?|concerns?|pros$|cons$|highlights?/,
  ],
  score: [
    /(得分|分数|评分|打分|分值|等级|评级|能力|星级)$/,
    /(^|_)(score|rating|grade|points|level|stars)(_|$)/,
  ],
  order: [/^(序号|顺序|排序|seq|sequence|order|position_no|sort|index|no)$/],
  submitted: [/(评价|反馈|提交)(更新)?时间$/, /^(submitted|completed|created|updated)(_(at|on|time|date))?$/],
  question: [
    /^(题目|问题|维度|评价项|评价维度|考察项|指标|项目|标题)(名称)?$/,
    /^(title|question|item|dimension|attribute|criterion|criteria|skill|competency|label)(_name)?$/,
    /^name$/,
  ],
  questionType: [/^(题型|类型|题目类型)$/, /^(type|kind|question_type|answer_type|item_type)$/],
  description: [/^(说明|描述|题目说明|备注说明|评分标准)$/, /^(description|scale|hint|help|group)$/],
  value: [
    /^(得分|分数|评分|答案|结果|回答|值|选项)$/,
    /^(value|score|answer|rating|option|points|response)$/,
  ],
};

/** A name in lower case with `_` between its words: `面试时长(分钟)` → `面试时长`, `beginAt` → `begin_at`. */
export function plainName(name: string): string {
  return name
    .replace(/#[0-9]+$/, '')
    .replaceAll(/[(（[【].*?[)）\]】]/g, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s\-./:：]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase();
}

/** How well a name says a role: 0 best; undefined not at all. A path in JSON is taken whole, then by its last member. */
export function tells(name: string, role: Role): number | undefined {
  const names = [plainName(name), plainName(name.split('.').at(-1) ?? name)];
  for (const [at, word] of names.entries()) {
    const rank = WORDS[role].findIndex((pattern) => pattern.test(word));
    // `interviewer.name` is no candidate's name, and `interview.id` not the record's own.
    if (rank >= 0 && (at === 0 || !isOthers(name, role))) return rank + at * 0.5;
  }
  return undefined;
}

/** The last member of a path says a role of the object it is in, not of the record. */
const isOthers = (name: string, role: Role): boolean =>
  name.includes('.') && ['key', 'candidate', 'application', 'order', 'question', 'value'].includes(role);

/** The column that says a role best, among those that `isFit`. */
export function bestFor<C extends { readonly name: string }>(
  columns: readonly C[],
  role: Role,
  isFit: (column: C) => boolean = () => true,
): C | undefined {
  let best: { readonly column: C; readonly rank: number } | undefined;
  for (const column of columns) {
    const rank = tells(column.name, role);
    if (rank === undefined || (best !== undefined && best.rank <= rank) || !isFit(column)) continue;
    best = { column, rank };
  }
  return best?.column;
}

/** A word that a category of a column has, such as a department's or a kind's: its values are no names and no texts. */
export const isCategory = (name: string): boolean =>
  /(类型|方式|阶段|状态|形式|渠道|部门|轮次)$|(^|_)(type|kind|status|stage|mode|channel|department|method)$/.test(
    plainName(name),
  );
