/** The words of -tags, as go build takes them: parted by commas since Go 1.13, by blanks before. */
export function tagsIn(list = ''): string[] {
  return list.split(/[\s,]+/).filter((tag) => tag !== '');
}
