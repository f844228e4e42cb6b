import type { Gradients } from './parameters.ts'

/** The Euclidean norm of all gradients taken as one vector, summed in float64. */
export function globalNorm(gradients: Gradients): number {
  let sum = 0
  for (const gradient of gradients.values()) {
    for (let at = 0; at < gradient.length; at++) {
      const g = gradient[at] as number
      sum += g * g
    }
  }
  return Math.sqrt(sum)
}

/**
 * Scales the gradients in place so that their global norm is at most `maxNorm`, as
 * `torch.nn.utils.clip_grad_norm_` does (1e-6 is added to the norm).
 *
 * @param maxNorm Infinity only measures.
 * @returns the norm before.
 */
export function clipByGlobalNorm(gradients: Gradients, maxNorm: number): number {
  const norm = globalNorm(gradients)
  const scale = maxNorm / (norm + 1e-6)
  if (scale < 1) scaleGradients(gradients, scale)
  return norm
}

/** Multiplies every gradient by one number, in place. */
function scaleGradients(gradients: Gradients, scale: number): void {
  for (const gradient of gradients.values()) {
    for (let at = 0; at < gradient.length; at++) gradient[at] = (gradient[at] as number) * scale
  }
}
