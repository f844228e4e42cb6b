/** How a demo peer keeps its data: as the formats that flexswarm reads. */
export type DemoFormat = 'tasks' | 'rows' | 'completions' | 'messages'

export interface DemoPeerData {
  readonly name: string
  readonly format: DemoFormat
  /** Kinds that it has many examples of; of the others it has a few. */
  readonly mainKinds: readonly string[]
}

/** The held-out kinds that the demo's federation learns. */
export const DEMO_KINDS = [
  'double-vowels',
  'word-ends',
  'without-ends',
  'kova-plural',
  'largest-smallest',
  'date-month',
] as const

export const DEMO_PEERS: readonly DemoPeerData[] = [
  { name: 'ada', format: 'tasks', mainKinds: ['double-vowels', 'word-ends'] },
  { name: 'bea', format: 'completions', mainKinds: ['without-ends', 'kova-plural'] },
  { name: 'cem', format: 'messages', mainKinds: ['largest-smallest', 'date-month'] },
  { name: 'dora', format: 'rows', mainKinds: ['kova-plural', 'double-vowels'] },
]

/** Training examples of a peer. */
export const TRAIN_EXAMPLES = 64
/** Held-out examples of a peer. */
export const TEST_EXAMPLES = 64
/** The share of a peer's examples that its main kinds have to themselves; the rest is spread over all kinds. */
export const MAIN_SHARE = 0.4
