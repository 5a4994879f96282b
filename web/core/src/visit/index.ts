export * from './asked'
export * from './form'
export * from './words'
