import { openShardedSafetensors } from '../safetensors/open-sharded-safetensors.ts'
import { loadChatTemplate } from './chat-template.ts'
import type { Checkpoint } from './checkpoint.ts'
import { fingerprint } from './fingerprint.ts'
import { type LocatedWeights, locateWeights } from './locate-weights.ts'
import { readGenerationDefaults } from './read-generation-defaults.ts'
import { type ReadConfig, readModelConfig } from './read-model-config.ts'
import { loadTokenizer } from './tokenizer.ts'

/**
 * Opens a Hugging Face model directory: config.json, one or sharded safetensors, and, where they are there,
 * tokenizer.json, a chat template and generation_config.json. Headers are checked, weights stay in their files.
 * Throws `NotAModelDirectoryError`, `InvalidModelFileError`, `UnsupportedModelError`, `TensorShapeError`, and
 * the safetensors errors (`MissingShardError`, `TruncatedSafetensorsError`, `MissingTensorError`, …).
 */
export function loadCheckpoint(directory: string): Checkpoint {
  const read = readModelConfig(directory)
  const { weights, unused } = openWeights(directory, read)
  let known: Promise<string> | undefined
  return {
    directory,
    config: read.config,
    family: read.family,
    weights,
    tokenizer: loadTokenizer(directory),
    chatTemplate: loadChatTemplate(directory),
    generation: readGenerationDefaults(directory),
    notes: [...read.notes, ...unusedNotes(unused)],
    fingerprint: () => {
      known ??= fingerprint(read.config, weights)
      return known
    },
  }
}

function openWeights(directory: string, { family, config }: ReadConfig): LocatedWeights {
  const source = openShardedSafetensors(directory)
  try {
    return locateWeights(family, config, source)
  } finally {
    source.close()
  }
}

const unusedNotes = (unused: readonly string[]): string[] =>
  unused.length === 0
    ? []
    : [
        `the weights have ${unused.length} tensors that the model does not use (${unused.slice(0, 3).join(', ')} …)`,
      ]
