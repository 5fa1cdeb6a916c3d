/** By then a browser has read what is saved. */
const TAKEN_MS = 1000;

/** Saves content as a file on the reader's disk. The name must hold nothing about a patient. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // A browser reads the content at the click, some a task later. The address must not outlive the case.
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS);
}
