import type { Time } from "../conversation/events.ts";
import type { Settings } from "../settings/settings.ts";
import { afterBusinessMinutes } from "./business-hours.ts";
import type { Case, Priority } from "./case.ts";

/** When a case of this priority, opened at this time, should be answered and solved; null where there is no target. */
export function dueTimes(
  { targets, businessHours }: Settings,
  priority: Priority,
  openedAt: Time,
): Pick<Case, "firstResponseDue" | "resolutionDue"> {
  const { firstResponse, resolution } = targets[priority];
  const due = (minutes: number | null) =>
    minutes === null ? null : afterBusinessMinutes(businessHours, openedAt, minutes);
  return { firstResponseDue: due(firstResponse), resolutionDue: due(resolution) };
}
