/** What a run is busy with, for whoever waits for it. */
export type Step = 'reading' | 'comparing' | 'asking' | 'writing' | 'reading-back';
