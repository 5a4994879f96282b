/** A map of a few kilometres, drawn flat: longitude is shortened as the latitude asks, nothing is curved. */

export type Geometry = { type: string; coordinates: unknown }
type Position = [number, number]

export interface Frame {
  path: (geometry: Geometry) => string
  point: (geometry: Geometry) => Position
  viewBox: string
  height: number
}

/** The polygons of a geometry as lists of rings; a point has none. */
function rings(geometry: Geometry): Position[][] {
  if (geometry.type === 'Polygon') return geometry.coordinates as Position[][]
  if (geometry.type === 'MultiPolygon') return (geometry.coordinates as Position[][][]).flat()
  return []
}

function positions(geometry: Geometry): Position[] {
  return geometry.type === 'Point' ? [geometry.coordinates as Position] : rings(geometry).flat()
}

/** How to draw these geometries `width` wide, with a margin; undefined when there are none. */
export function frame(geometries: readonly Geometry[], width: number, most: number): Frame | undefined {
  const all = geometries.flatMap(positions)
  if (all.length === 0) return undefined
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of all) {
    if (x < west) west = x
    if (x > east) east = x
    if (y < south) south = y
    if (y > north) north = y
  }
  const shorten = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const across = Math.max((east - west) * shorten, 1e-5)
  const up = Math.max(north - south, 1e-5)
  const margin = 8
  const scale = Math.min((width - 2 * margin) / across, (most - 2 * margin) / up)
  const height = up * scale + 2 * margin
  const left = (width - across * scale) / 2
  const at = ([x, y]: Position): Position => [left + (x - west) * shorten * scale, margin + (north - y) * scale]
  const line = (ring: Position[]): string => `M${ring.map((one) => at(one).map((n) => n.toFixed(1)).join(' ')).join('L')}Z`
  return {
    path: (geometry) => rings(geometry).map(line).join(''),
    point: (geometry) => middle(positions(geometry).map(at), rings(geometry).map((ring) => ring.map(at))),
    viewBox: `0 0 ${width} ${Math.round(height)}`,
    height: Math.round(height),
  }
}

/** Where a name stands: the middle of the largest ring's box, which for the shapes of an office lies inside. */
function middle(points: Position[], ringsAt: Position[][]): Position {
  const box = (ring: Position[]) => {
    const [xs, ys] = [ring.map((one) => one[0]), ring.map((one) => one[1])]
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const
  }
  const boxes = (ringsAt.length ? ringsAt : [points]).map(box)
  const [x0, y0, x1, y1] = boxes.reduce((a, b) => ((a[2] - a[0]) * (a[3] - a[1]) >= (b[2] - b[0]) * (b[3] - b[1]) ? a : b))
  return [(x0 + x1) / 2, (y0 + y1) / 2]
}
