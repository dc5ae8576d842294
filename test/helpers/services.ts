/** Runs `action` with a service that was started for it, and stops the service whatever happened. */
export async function withService<S extends { stop(): Promise<void> }, T>(
  start: () => Promise<S>,
  action: (service: S) => Promise<T>,
): Promise<T> {
  const service = await start();
  try {
    return await action(service);
  } finally {
    await service.stop();
  }
}
