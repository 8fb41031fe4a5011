import type { Bilingual, Field, Language, Shape } from './shape.ts';

/** One part of a payload path: a field's name, or a place in a list (counted from 0). */
type Step = string | number;

/** `interview_assessments[0].conclusion` → its steps. */
export function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name = '', index]) =>
    index === undefined ? name : Number(index),
  );
}

/**
 * A payload path in words: `面试评价 1 · 结论`. Places are counted from 1, as people do; a name that the shape
 * does not have stays as it is.
 */
export function labelOf(shape: Shape, path: string, language: Language): string {
  const parts: string[] = [];
  let current: Shape | undefined = shape;
  for (const step of stepsOf(path)) {
    if (typeof step === 'number') {
      current = current?.kind === 'list' ? current.of : undefined;
      parts.push(`${parts.pop() ?? ''} ${step + 1}`);
    } else {
      const field = fieldOf(current, step);
      current = field?.shape;
      parts.push(field?.label[language] ?? step);
    }
  }
  return parts.join(' · ');
}

/** The fields on the way to a field whose path is without places (`interview_assessments.content`); null without such. */
export function fieldsAt(shape: Shape, fieldPath: string): readonly Field[] | null {
  const fields: Field[] = [];
  let current: Shape | undefined = shape;
  for (const name of fieldPath.split('.')) {
    const field = fieldOf(current?.kind === 'list' ? current.of : current, name);
    if (field === undefined) return null;
    fields.push(field);
    current = field.shape;
  }
  return fields;
}

/** Such a path in words: `面试评价 · 综合评价`. */
export function fieldLabelOf(shape: Shape, fieldPath: string, language: Language): string {
  const fields = fieldsAt(shape, fieldPath);
  return fields === null ? fieldPath : fields.map(({ label }) => label[language]).join(' · ');
}

/** The same in both languages. */
export function fieldLabel(shape: Shape, fieldPath: string): Bilingual {
  return { zh: fieldLabelOf(shape, fieldPath, 'zh'), en: fieldLabelOf(shape, fieldPath, 'en') };
}

/** A path without its places, by which changes of one field are counted together. */
export function fieldPathOf(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '');
}

/** The shape at a payload path such as `interview_assessments[0].conclusion`, or at its steps; undefined when there is none. */
export function shapeAt(shape: Shape, path: string | readonly PropertyKey[]): Shape | undefined {
  let current: Shape | undefined = shape;
  for (const step of typeof path === 'string' ? stepsOf(path) : path) {
    if (typeof step === 'number') current = current?.kind === 'list' ? current.of : undefined;
    else current = fieldOf(current, String(step))?.shape;
  }
  return current;
}

function fieldOf(shape: Shape | undefined, name: string): Field | undefined {
  return shape?.kind === 'object' ? shape.fields.find((field) => field.name === name) : undefined;
}
