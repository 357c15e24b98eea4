import { LabIcon } from '@jupyterlab/ui-components';

function icon(name: string, path: string): LabIcon {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="${path}"/></svg>`;
  return new LabIcon({ name: `inventory-workbench:${name}`, svgstr: svg });
}

/** Shelves with boxes: the workbench itself. */
export const shelves = icon('shelves', 'M3 2h2v8h14V2h2v20h-2v-2H5v2H3V2zm2 10v6h14v-6H5zm2-9h4v6H7V3zm6 3h4v3h-4V6zm0 7h4v4h-4v-4zm-5 1h3v3H8v-3z');

/** One picture a notebook, by its name. */
export const pictures: { [notebook: string]: LabIcon } = {
  '01_data_cleaning': icon('cleaning', 'M3 4h18l-7 8.5V19l-4 2v-8.5L3 4zm4.2 2l4.8 5.8L16.8 6H7.2z'),
  '02_forecast': icon('forecast', 'M3 3h2v16h16v2H3V3zm4 12l4-5 3 3 5.5-7 1.6 1.2-7 8.9-3-3L8.6 16 7 15z'),
  '03_health': icon('health', 'M2 11h4.4L9 4h1.6l3.6 11.5L16.400 11H22v2h-4.400L14.800 19h-1.500L9.700 7.800 7.800 13H2v-2z'),
  '04_clearance': icon('clearance', 'M3 3h9l9 9-9 9-9-9V3zm2 2v6.200l7 7 6.200-6.200-7-7H5zm3 1.500A1.500 1.500 0 1 1 8 9.500a1.500 1.500 0 0 1 0-3z')
};
