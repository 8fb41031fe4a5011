/** Objects that were there before a run sent its first create under their application: none of its creates made them. */
export interface ThereBefore {
  /** The first list of an application is the one; what later ones show may be of this run. */
  note(application: string, objects: readonly { readonly id: string }[]): void;
  has(id: string): boolean;
}

export function createThereBefore(): ThereBefore {
  const listed = new Set<string>();
  const ids = new Set<string>();
  return {
    note(application, objects) {
      if (listed.has(application)) return;
      listed.add(application);
      for (const { id } of objects) ids.add(id);
    },
    has: (id) => ids.has(id),
  };
}
