/** Base images that people put Go programs on, as rows of one table. */
export const BASE_IMAGE_IDS = [
  'scratch',
  'distroless-static',
  'distroless-base',
  'distroless-cc',
  'debian',
  'alpine',
  'alpine+libc6-compat',
] as const;
export type BaseImageId = (typeof BASE_IMAGE_IDS)[number];

export { BASE_IMAGES } from './base-image-table.ts';
export { baseImageOf, glibcOf } from './image-names.ts';
export { imageOf } from './image-of.ts';
