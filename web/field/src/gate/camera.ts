/** The camera, and what it sees: QR codes, read by a decoder in WebAssembly that is a file of our own. */
import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader'
import address from 'zxing-wasm/reader/zxing_reader.wasm?url'

const WIDEST = 800
const OPTIONS: ReaderOptions = { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 }

/** Fetch and compile the decoder before the first picture. */
export function warmUp(): Promise<unknown> {
  return Promise.resolve(prepareZXingModule({ overrides: { locateFile: (path: string) => (path.endsWith('.wasm') ? address : path) }, fireImmediately: true }))
}

export async function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } } })
}

export interface Seen { text: string; /** performance.now() when the picture was taken. */ at: number }

/** Tells every code that comes into view, until stopped. `video` plays already. */
export function watch(video: HTMLVideoElement, tell: (seen: Seen) => void): () => void {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  let running = true
  async function look(): Promise<void> {
    if (!running || !context) return
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth) {
      const scale = Math.min(1, WIDEST / video.videoWidth)
      canvas.width = Math.round(video.videoWidth * scale)
      canvas.height = Math.round(video.videoHeight * scale)
      const at = performance.now()
      context.drawImage(video, 0, 0, canvas.width, canvas.height)
      const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), OPTIONS)
      const text = found.find((one) => one.isValid && one.text)?.text
      if (text && running) tell({ text, at })
    }
    if (running) setTimeout(() => void look(), 60)
  }
  void look()
  return () => {
    running = false
  }
}
