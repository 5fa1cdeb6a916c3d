/** Processor time that this process has taken so far, ms. Unlike the clock it does not run while other programs do. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
