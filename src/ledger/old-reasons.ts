/** The sentences that earlier versions wrote, as reasons; any other is kept as it is. */
export function reasonsOfSentences(table: string): string {
  const between = (before: string, after: string): string => {
    const from = `instr(held_reason, '${before}') + ${before.length}`;
    return `substr(held_reason, ${from}, instr(substr(held_reason, ${from}), '${after}') - 1)`;
  };
  return `UPDATE ${table} SET held_reason = CASE
    WHEN held_reason LIKE 'missing in Feishu: % no longer exists there'
      THEN json_object('code', 'missing-in-feishu', 'remoteId', ${between('missing in Feishu: ', ' no longer')})
    WHEN held_reason LIKE 'conflict: Feishu answered its create with %, which another record owns'
      THEN json_object('code', 'owned-by-another', 'remoteId', ${between(' create with ', ',')})
    WHEN held_reason LIKE 'ambiguous: % equal objects in Feishu (%) for % open create%'
      THEN json_object('code', 'ambiguous-objects',
        'ids', json('["' || replace(${between(' in Feishu (', ')')}, ', ', '","') || '"]'),
        'records', CAST(${between(') for ', ' open create')} AS INTEGER))
    WHEN held_reason LIKE 'refused repeat: %' THEN json_object('code', 'refused-repeat')
    WHEN held_reason LIKE 'undo: its delete was sent %\`hire-sync undo --run %\` goes on'
      THEN json_object('code', 'undo-delete-in-doubt', 'run', ${between('undo --run ', '`')})
    ELSE json_object('code', 'held-by-older-version', 'words', held_reason)
  END WHERE held_reason IS NOT NULL;`;
}
