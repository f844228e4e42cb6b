import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import { everyPlace, placeAt, placesOf, valuesOf, withPlace } from '../../../src/round/roster/places.ts'

const values = fc.array(fc.nat(), { maxLength: 150 })

describe('the places of a roster', () => {
  it('hold what they were made of', () =>
    fc.assert(
      fc.property(values, (all) => {
        const places = placesOf(all)
        deepEqual(valuesOf(places), all)
        all.forEach((value, at) => {
          equal(placeAt(places, at), value)
        })
      }),
    ))

  it('have nothing before the first and after the last', () => {
    for (const places of [everyPlace(33, true), placesOf(new Array(64).fill(true))])
      for (const at of [-1, -33, places.size, places.size + 40]) equal(placeAt(places, at), undefined)
  })

  it('change as an array does, and what was before stays as it was', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 150 }),
        fc.array(fc.tuple(fc.nat(), fc.nat())),
        (size, changes) => {
          let places = everyPlace(size, -1)
          let array: readonly number[] = new Array(size).fill(-1)
          for (const [where, value] of changes) {
            const before = places
            places = withPlace(before, where % size, value)
            deepEqual(valuesOf(before), array)
            array = array.with(where % size, value)
          }
          deepEqual(valuesOf(places), array)
        },
      ),
    ))
})
