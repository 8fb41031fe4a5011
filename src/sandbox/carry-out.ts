import {
  type Answer,
  envelope,
  gatewayPage,
  invalidToken,
  missingScope,
  plainText,
  type Reply,
  rateLimited,
  refusal,
} from './answers.ts';
import type { EndpointName } from './endpoints.ts';
import type { Fault } from './faults.ts';
import type { Rules } from './rules.ts';

/** Whether the request's work is done before the fault shows. */
export function followsCommit(fault: Fault): boolean {
  switch (fault.kind) {
    case 'reset-after':
    case 'cut-body':
    case 'not-json':
    case 'no-data':
      return true;
    case 'error':
    case 'black-hole':
    case 'html':
    case 'permission':
      return fault.committed ?? false;
    case 'delay':
      return fault.committed ?? true;
    case 'reset-before':
    case 'limited':
    case 'token-dead':
      return false;
  }
}

/**
 * What the client gets of a fault.
 * @param done the answer to the work that was committed; null when none was done
 */
export function replyOf(
  fault: Fault,
  done: Answer | null,
  { rules, appId, endpoint }: { rules: Rules; appId: string; endpoint: EndpointName },
): Reply {
  switch (fault.kind) {
    case 'error':
      return answer(scripted(fault));
    case 'reset-before':
    case 'reset-after':
      return { kind: 'reset' };
    case 'black-hole':
      return { kind: 'silence' };
    case 'cut-body':
      return done === null ? { kind: 'reset' } : { kind: 'cut', answer: done };
    case 'html':
      return answer(gatewayPage());
    case 'not-json':
      return answer(plainText());
    case 'no-data':
      return answer(envelope(200, { code: 0, msg: 'ok' }));
    case 'limited': {
      const reset = fault.resetSeconds === undefined ? 1 : fault.resetSeconds;
      const header = reset === null || rules.limitedReset === 'absent' ? null : String(reset);
      return answer(rateLimited(fault.status ?? rules.limitedStatus, rules.limits[endpoint] ?? 0, header));
    }
    case 'token-dead':
      return answer(invalidToken(rules.tokenErrorStatus));
    case 'permission':
      return answer(missingScope(appId));
    case 'delay':
      // Who carries out a fault waits, and gives the answer to the work itself.
      throw new Error('A delay has no reply of its own.');
  }
}

function scripted({ status, code, msg, headers }: Extract<Fault, { kind: 'error' }>): Answer {
  return refusal(status, code, msg ?? 'scripted error', headers === undefined ? {} : { headers });
}

function answer(given: Answer): Reply {
  return { kind: 'answer', answer: given };
}
