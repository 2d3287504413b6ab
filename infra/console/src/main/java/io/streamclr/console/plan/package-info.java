/**
 * Says what a card that trains so fast needs beside it: augmentation cores, partitions, brokers, disks, and what is the next
 * thing to be too small. Enter through {@link io.streamclr.console.plan.PlanCommand}. It computes from measured figures and
 * speaks to nobody.
 */
package io.streamclr.console.plan;
