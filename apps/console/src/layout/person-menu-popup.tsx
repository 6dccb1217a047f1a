import { Menu } from '@base-ui/react/menu';
import { Link } from '@tanstack/react-router';
import type { RefObject } from 'react';
import { askForHelp } from './help.js';

export interface PersonMenuPopupProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The button that opens it, and has the focus again afterwards. */
  readonly anchor: RefObject<HTMLButtonElement | null>;
  /** Where it is put: within the header, which is a landmark. */
  readonly place: RefObject<HTMLElement | null>;
  readonly onLeave: () => void;
  /** The login at the identity provider stays; null where it stays in any case. */
  readonly onLeaveHere: (() => void) | null;
}

/** The menu itself; fetched when it is opened. */
export default function PersonMenuPopup({
  open,
  onOpenChange,
  anchor,
  place,
  onLeave,
  onLeaveHere,
}: PersonMenuPopupProps) {
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal container={place}>
        <Menu.Positioner className="menu-place" anchor={anchor} align="end" sideOffset={6}>
          <Menu.Popup id="person-menu" className="menu" finalFocus={anchor} aria-label="You">
            <Menu.Item className="menu-item" render={<Link to="/own-sessions" />}>
              Your sessions
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={askForHelp}>
              Keyboard shortcuts
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={onLeave}>
              Sign out
            </Menu.Item>
            {onLeaveHere !== null && (
              <Menu.Item className="menu-item" onClick={onLeaveHere}>
                Sign out of the console only
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
