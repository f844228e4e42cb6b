import { FlexswarmError } from '../base/flexswarm-error.ts'

/** Operands that do not fit an operation. It is a mistake in the code that built the graph. */
export class GraphShapeError extends FlexswarmError<'GRAPH_SHAPE', { operation: string; detail: string }> {
  constructor(operation: string, detail: string) {
    super(
      'GRAPH_SHAPE',
      `${operation}: ${detail}`,
      'Correct the shapes where the graph is built; the stack names the call.',
      { operation, detail },
    )
  }
}

/** A derivative that was asked for and does not exist. */
export class NotDifferentiableError extends FlexswarmError<
  'GRAPH_NOT_DIFFERENTIABLE',
  { operation: string }
> {
  constructor(operation: string, detail: string) {
    super(
      'GRAPH_NOT_DIFFERENTIABLE',
      `${operation} has no gradient: ${detail}`,
      'Ask only for gradients of parameters that reach the loss through differentiable operations.',
      { operation },
    )
  }
}
