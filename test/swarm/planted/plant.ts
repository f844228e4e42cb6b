import { registerHooks } from 'node:module'
import type { PlantedBug } from './planted-bugs.ts'

const PARAMETER = 'planted'
const ROOT = new URL('../../../src/', import.meta.url).href

/**
 * Loads a module of `src`, and whatever of `src` it imports, with one bug in it. Every bug has modules of its own, so
 * that several can be planted in one process. Throws if the text that is to be replaced is not there any more.
 */
export async function loadWithBug<Module>(path: string, bug: PlantedBug, number: number): Promise<Module> {
  let planted = 0
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      const mark = new URLSearchParams(new URL(context.parentURL ?? ROOT).search).get(PARAMETER)
      if (mark === null || !resolved.url.startsWith(ROOT)) return resolved
      return { ...resolved, url: `${resolved.url.split('?')[0]}?${PARAMETER}=${mark}` }
    },
    load(url, context, nextLoad) {
      const [plain = url, query] = url.split('?')
      if (query !== `${PARAMETER}=${number}`) return nextLoad(url, context)
      const loaded = nextLoad(plain, context)
      if (plain !== `${ROOT}round/${bug.file}`) return loaded
      const text = String(loaded.source)
      if (!text.includes(bug.find)) throw new Error(`${bug.file} does not say: ${bug.find}`)
      planted++
      return { ...loaded, source: text.replace(bug.find, bug.replace) }
    },
  })
  try {
    const module = (await import(`${ROOT}${path}?${PARAMETER}=${number}`)) as Module
    if (planted !== 1) throw new Error(`${bug.file} was loaded ${planted} times`)
    return module
  } finally {
    hooks.deregister()
  }
}
