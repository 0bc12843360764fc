/* Being asked to stop (Ctrl-C, a system that shuts down) while a run is under way: the run ends at the next
 * whole piece, what has been written stays. A second time the program ends at once. */
#ifndef POL_TOOLS_STOP_H
#define POL_TOOLS_STOP_H

#include <stdbool.h>

/* From now on the signals set a flag; false when the system refuses. */
bool tool_stop_watch(void);
bool tool_stop_asked(void);
/* Can be read from once the flag is set: to be polled beside a slow input. -1 without a watch. */
int tool_stop_descriptor(void);
/* Ends the watch; when a stop was asked for, the program then dies of the signal, as its caller expects. */
void tool_stop_obey(void);

#endif
