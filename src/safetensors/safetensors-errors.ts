import { FlexswarmError } from '../base/flexswarm-error.ts'

/** The file ends before the tensors that its header names do. */
export class TruncatedSafetensorsError extends FlexswarmError<
  'SAFETENSORS_TRUNCATED',
  { file: string; expectedBytes: number; actualBytes: number }
> {
  constructor(file: string, expectedBytes: number, actualBytes: number) {
    super(
      'SAFETENSORS_TRUNCATED',
      `${file} is truncated: its header asks for ${expectedBytes} bytes, the file has ${actualBytes}`,
      'Download or copy the file again; the copy that is here is incomplete.',
      { file, expectedBytes, actualBytes },
    )
  }
}

/** The bytes are not a safetensors file. */
export class InvalidSafetensorsError extends FlexswarmError<
  'SAFETENSORS_INVALID',
  { file: string; reason: string }
> {
  constructor(file: string, reason: string) {
    super(
      'SAFETENSORS_INVALID',
      `${file} is not a valid safetensors file: ${reason}`,
      'Check that the file is what its name says, and write it again with a current safetensors library.',
      { file, reason },
    )
  }
}

/** A file that the model directory needs is not there. */
export class MissingShardError extends FlexswarmError<
  'SAFETENSORS_SHARD_MISSING',
  { file: string; index: string | null }
> {
  constructor(file: string, index: string | null) {
    super(
      'SAFETENSORS_SHARD_MISSING',
      index === null ? `${file} does not exist` : `${file} does not exist, and ${index} names it`,
      'Download the missing file into the directory, or name the directory that holds it.',
      { file, index },
    )
  }
}

/** No tensor of this name in the file. */
export class MissingTensorError extends FlexswarmError<
  'SAFETENSORS_TENSOR_MISSING',
  { source: string; tensor: string }
> {
  constructor(source: string, tensor: string) {
    super(
      'SAFETENSORS_TENSOR_MISSING',
      `${source} has no tensor named ${tensor}`,
      'Check that the file belongs to the architecture that config.json names.',
      { source, tensor },
    )
  }
}

/** A tensor is stored in a type that cannot be read as the numbers asked for. */
export class UnsupportedDtypeError extends FlexswarmError<
  'SAFETENSORS_DTYPE_UNSUPPORTED',
  { source: string; tensor: string; dtype: string }
> {
  constructor(source: string, tensor: string, dtype: string) {
    super(
      'SAFETENSORS_DTYPE_UNSUPPORTED',
      `${source} stores ${tensor} as ${dtype}, which cannot be read as numbers here`,
      'Convert the checkpoint to float32, float16 or bfloat16 (quantised weights are not supported).',
      { source, tensor, dtype },
    )
  }
}
