// Apart from the other components, so that only screens with plots load the plotting library.
export { default as ChartFigure } from './ChartFigure.vue'
