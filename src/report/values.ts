import type { Json } from '../model.ts';
import type { Shape } from '../plan/shape.ts';

/**
 * A payload value as one short text for a list: words for enums, UTC for instants, and for free text its
 * length only, so that a list names no candidate.
 */
export function showValue(shape: Shape | undefined, value: Json | undefined): string {
  if (value === undefined) return 'absent';
  switch (shape?.kind) {
    case 'integer':
      return shape.words?.[Number(value)] ?? String(value);
    case 'instant':
      return new Date(Number(value))
        .toISOString()
        .replace('T', ' ')
        .replace(/:00\.000Z$/, 'Z');
    case 'id':
      return String(value);
    case 'list':
      return `list of ${(value as readonly Json[]).length}`;
    case 'object':
      return 'present';
    case 'text':
    case undefined:
      return `text of ${[...String(value)].length} characters`;
  }
}

/** The shape at a payload path such as `interview_assessments[0].conclusion`; undefined when there is none. */
export function shapeAt(shape: Shape, path: string): Shape | undefined {
  let current: Shape | undefined = shape;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (index !== undefined) current = current?.kind === 'list' ? current.of : undefined;
    else
      current =
        current?.kind === 'object' ? current.fields.find((field) => field.name === name)?.shape : undefined;
  }
  return current;
}
