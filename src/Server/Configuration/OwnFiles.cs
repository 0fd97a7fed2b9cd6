// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Configuration;

/// <summary>What a server that starts must have for its account alone: the data folder, the root key, the secrets. Only
/// `serve` insists: `doctor` is there to see such an installation and to say so.</summary>
internal static class OwnFiles
{
    /// <summary>Complains of each that others can reach, all of them.</summary>
    public static void Check(SettingSection root, ServerSettings settings)
    {
        Own(root, "data", settings.DataFolder, "is a folder that other accounts of this machine can reach: sealed as "
            + "all in it is, names and sizes tell too. chmod go= it");
        Own(root, "keys.file", settings.Keys.File, "names a file that others can read or write, and it opens "
            + "everything: chmod 600 it, and think of the key as known (`hermetic keys rotate`)");
        Secret(root, "keys.pinFile", settings.Keys.PinFile);
        Secret(root, "store.passwordFile", settings.Store.PasswordFile);
        Secret(root, "blobs.secretKeyFile", settings.Blobs.SecretKeyFile);
    }

    // What is not there yet the server makes itself, for nobody else.
    private static void Own(SettingSection root, string name, string path, string complaint)
    {
        if (!OperatingSystem.IsWindows() && Path.Exists(path) && (File.GetUnixFileMode(path) & SecretFile.Others) != 0)
        {
            root.Complain(name, complaint);
        }
    }

    // One that is missing is told of by whoever needs it, with what to do.
    private static void Secret(SettingSection root, string name, string path)
    {
        if (File.Exists(path))
        {
            SecretFile.Read(root, name, path);
        }
    }
}
