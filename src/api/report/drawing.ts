/** A part of a picture, and the room that it takes. */
export interface Drawing {
  readonly svg: string
  readonly width: number
  readonly height: number
}
