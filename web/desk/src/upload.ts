import { ApiError, address } from '@lianfang/core'

/** Send a file's bytes as the body, telling how much has gone; the answer as JSON. Raises ApiError. */
export function upload<T>(template: string, path: Record<string, unknown>, file: File, told: (share: number) => void): Promise<T> {
  const request = new XMLHttpRequest() // fetch tells nothing of how much has been sent
  return new Promise((resolve, reject) => {
    request.open('POST', address(template, path, { name: file.name }))
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('X-CSRFToken', /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? '')
    request.upload.onprogress = (event) => told(event.lengthComputable ? event.loaded / event.total : 0)
    request.onerror = () => reject(new ApiError(0, 'unreachable'))
    request.onabort = () => reject(new ApiError(0, 'unreachable'))
    request.onload = () => {
      try {
        const body = JSON.parse(request.responseText) as T & { code?: string; params?: Record<string, unknown> }
        if (request.status < 300) resolve(body)
        else reject(new ApiError(request.status, body.code ?? 'unexpected', body.params))
      } catch (problem) {
        if (!(problem instanceof SyntaxError)) throw problem
        reject(new ApiError(request.status, request.status === 413 ? 'upload.refused' : 'unexpected'))
      }
    }
    request.send(file)
  })
}
