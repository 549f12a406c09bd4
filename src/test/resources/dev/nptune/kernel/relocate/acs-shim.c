/* What the code of acs-override.patch uses of the kernel, for a program that asks it about one device. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint16_t u16;

#define __init
#define pr_warn(...) fprintf(stderr, __VA_ARGS__)
#define early_param(name, function) static int (*option)(char *) = function

enum {
	PCI_EXP_TYPE_ENDPOINT = 0,
	PCI_EXP_TYPE_LEG_END = 1,
	PCI_EXP_TYPE_ROOT_PORT = 4,
	PCI_EXP_TYPE_UPSTREAM = 5,
	PCI_EXP_TYPE_DOWNSTREAM = 6,
	PCI_EXP_TYPE_RC_END = 9,
};

struct pci_dev {
	u16 vendor;
	u16 device;
	u16 acs_cap;
	int type;
	bool pcie;
	bool multifunction;
};

static bool pci_is_pcie(struct pci_dev *dev)
{
	return dev->pcie;
}

static int pci_pcie_type(struct pci_dev *dev)
{
	return dev->type;
}

PATCH_CODE

/* OPTION "LETTERS VENDOR:DEVICE" */
int main(int argc, char **argv)
{
	struct pci_dev dev = { .pcie = true };
	unsigned int vendor, device;
	char letters[16];

	if (argc != 3 || sscanf(argv[2], "%15s %x:%x", letters, &vendor, &device) != 3)
		return 2;

	dev.vendor = vendor;
	dev.device = device;
	dev.type = strchr(letters, 'd') ? PCI_EXP_TYPE_DOWNSTREAM :
		   strchr(letters, 'r') ? PCI_EXP_TYPE_ROOT_PORT : PCI_EXP_TYPE_ENDPOINT;
	dev.multifunction = strchr(letters, 'm');
	dev.acs_cap = strchr(letters, 'c') ? 0x100 : 0;
	dev.pcie = !strchr(letters, 'p');
	if (option(NULL) != -EINVAL || option(argv[1]))
		return 3;

	printf("%d\n", pci_quirk_acs_override(&dev, 0));
	return 0;
}
