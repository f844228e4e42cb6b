import { IGNORED_LABEL } from '../../../graph/cross-entropy.ts'
import type { Value } from '../../../graph/value.ts'
import { ELEMENT } from '../onnx-model.ts'
import type { OnnxWriter } from '../onnx-writer.ts'
import type { EmitRule } from './emit-rule.ts'
import { operand } from './emit-rule.ts'

export const emitGather: EmitRule<'gather'> = ({ writer, input }) => writer.node('Gather', input)

export const emitScatterAdd: EmitRule<'scatterAdd'> = (emission) => {
  const { writer, value } = emission
  const zeros = writer.node('Expand', [writer.floats([0], []), writer.shape(value.shape)])
  const wide = cast(writer, operand(emission, 1), 'i64')
  const places = writer.node('Unsqueeze', [wide, writer.ints64([-1])])
  return writer.node('ScatterND', [zeros, places, operand(emission, 0)], {
    attributes: { reduction: { s: 'add' } },
  })
}

const cast = (writer: OnnxWriter, x: string, to: 'f32' | 'i64') =>
  writer.node('Cast', [x], { attributes: { to: { i: ELEMENT[to] } } })

/** Labels as a column with 0 in place of the ignored, and a float mask [n] with 0 there and 1 elsewhere. */
function splitLabels(writer: OnnxWriter, labels: string) {
  const ignored = writer.node('Equal', [labels, writer.ints32([IGNORED_LABEL], [])])
  const safe = writer.node('Where', [ignored, writer.ints32([0], []), labels])
  const kept = cast(writer, writer.node('Not', [ignored]), 'f32')
  return { column: writer.node('Unsqueeze', [safe, writer.ints64([1])]), kept }
}

const alongRows = { attributes: { axis: { i: 1 } } }
const greatest = { attributes: { axes: { ints: [1] }, keepdims: { i: 1 } } }

/**
 * log Σ exp(logits) − logits[label]. The sum comes from the greatest logit and its probability, so that the one
 * large tensor, the softmax, is the one that the gradient needs too.
 */
export const emitCrossEntropy: EmitRule<'crossEntropy'> = (emission) => {
  const { writer } = emission
  const logits = operand(emission, 0)
  const { column, kept } = splitLabels(writer, operand(emission, 1))
  const probabilities = writer.node('Softmax', [logits], alongRows)
  const logOfGreatest = writer.node('Log', [writer.node('ReduceMax', [probabilities], greatest)])
  const logSum = writer.node('Sub', [writer.node('ReduceMax', [logits], greatest), logOfGreatest])
  const loss = writer.node('Sub', [logSum, writer.node('GatherElements', [logits, column], alongRows)])
  return writer.node('Mul', [writer.node('Squeeze', [loss, writer.ints64([1])]), kept])
}

export const emitCrossEntropyGradient: EmitRule<'crossEntropyGradient'> = (emission) =>
  emission.writer.node('Mul', [
    emitUnscaledGradient({ ...emission, wide: isWide(emission.value) }),
    emitRowFactors(emission),
  ])

/** Below this the passes over [n, v] that a wide loss saves cost nothing, and it is computed in torch's order. */
const WIDE_VOCABULARY = 4096

/** Whether a loss is over so many classes that its passes over [n, v] are worth saving. */
export const isWide = ({ shape }: Value): boolean => Number(shape[1]) >= WIDE_VOCABULARY

/**
 * softmax(logits) − onehot(labels), [n, v]: what each row's factor multiplies. Through the logarithm it is a little
 * more exact (Adam magnifies the rounding of gradients near its ε), which is taken where it is cheap.
 */
export function emitUnscaledGradient(emission: CrossEntropyOperands & { readonly wide: boolean }): string {
  const { writer } = emission
  const { column } = splitLabels(writer, operand(emission, 1))
  const logits = operand(emission, 0)
  const probabilities = emission.wide
    ? writer.node('Softmax', [logits], alongRows)
    : writer.node('Exp', [writer.node('LogSoftmax', [logits], alongRows)])
  const ones = writer.node('Expand', [writer.floats([-1], []), writer.node('Shape', [column])])
  return writer.node('ScatterElements', [probabilities, column, ones], {
    attributes: { axis: { i: 1 }, reduction: { s: 'add' } },
  })
}

/** The upstream gradient of each row as a column [n, 1], 0 for ignored rows. */
export function emitRowFactors(emission: CrossEntropyOperands): string {
  const { writer } = emission
  const { kept } = splitLabels(writer, operand(emission, 1))
  const factors = writer.node('Mul', [operand(emission, 2), kept])
  return writer.node('Unsqueeze', [factors, writer.ints64([1])])
}

interface CrossEntropyOperands {
  readonly writer: OnnxWriter
  readonly input: readonly string[]
}
