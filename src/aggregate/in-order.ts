/** How many results may be there or under way, for each lane: one that takes longer does not stop the others. */
const AHEAD = 2

/**
 * Works on items, `lanes` at a time, and yields the results in the items' order. After a failure, or where nobody wants
 * more, nothing new is started, and it ends when all that was started has ended.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  lanes: number,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = []
  let next = 0
  let running = 0
  const stop = () => {
    next = items.length
  }
  const fill = () => {
    while (next < items.length && running < lanes && started.length < lanes * AHEAD) {
      const result = work(items[next++] as Item)
      started.push(result)
      running++
      result.catch(stop).finally(() => {
        running--
        fill()
      })
    }
  }
  fill()
  try {
    for (let first = started[0]; first !== undefined; first = started[0]) {
      yield await first
      void started.shift()
      fill()
    }
  } finally {
    stop()
    await Promise.allSettled(started)
  }
}
