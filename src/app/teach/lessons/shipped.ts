import nulling from '../../messages/lessons/1-nulling.json?raw';
import territories from '../../messages/lessons/2-territories.json?raw';
import transmurality from '../../messages/lessons/3-transmurality.json?raw';
import greyZone from '../../messages/lessons/4-grey-zone.json?raw';
import thresholds from '../../messages/lessons/5-thresholds.json?raw';
import artefacts from '../../messages/lessons/6-artefacts.json?raw';
import risk from '../../messages/lessons/7-risk.json?raw';
import doubt from '../../messages/lessons/8-doubt.json?raw';
import { readLesson, type Lesson } from '../../../pipeline/teaching/lesson.ts';

/** The lessons that come with the page, in order, read like any teacher's. */
export const shippedLessons = (): Lesson[] =>
  [nulling, territories, transmurality, greyZone, thresholds, artefacts, risk, doubt].map(readLesson);
