/** The library, loaded only when somebody wants it. tfjs-node and tfjs-node-gpu have the same interface. */
export type TensorFlow = typeof import('@tensorflow/tfjs')

/** A tensor of the library. It never leaves this folder. */
export type TfTensor = import('@tensorflow/tfjs').Tensor
