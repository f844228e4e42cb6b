/** A linear map of the base model, which LoRA may adapt. */
export interface LinearModule {
  /** Its name in the base model: `model.layers.0.self_attn.q_proj`. */
  readonly name: string
  readonly inFeatures: number
  readonly outFeatures: number
  readonly bias: boolean
  /** The weight is stored [in, out] (GPT-2's Conv1D) instead of [out, in]. */
  readonly fanInFanOut: boolean
  /** The output head, which `all-linear` leaves out. */
  readonly isHead: boolean
}

/** The stored shape of the weight. */
export const weightShape = (linear: LinearModule): readonly [number, number] =>
  linear.fanInFanOut ? [linear.inFeatures, linear.outFeatures] : [linear.outFeatures, linear.inFeatures]

/** The tensors of a linear map by name, with their shapes. */
export const linearTensors = (linear: LinearModule): [string, readonly number[]][] => [
  [`${linear.name}.weight`, weightShape(linear)],
  ...(linear.bias ? ([[`${linear.name}.bias`, [linear.outFeatures]]] as [string, number[]][]) : []),
]
