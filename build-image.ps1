# The part of build.ps1 that makes the container image; it runs in PowerShell 7.6 and in this project's own shell alike.

# The tool that builds: the one that is named, or the first that is there and works (docker without its daemon does not).
function Find-ImageTool([string] $Wanted) {
    $tools = if ($Wanted) { @($Wanted) } else { @('docker', 'podman', 'buildah') }
    foreach ($tool in $tools) {
        if (-not (Get-Command -Name $tool -CommandType Application -ErrorAction Ignore)) { continue }
        [string[]] $probe = if ($tool -eq 'docker') { @('version', '--format', '{{.Server.Version}}') } else { @('--version') }
        $null = & $tool @probe 2>&1
        if ($LASTEXITCODE -eq 0) { return $tool }
    }

    throw "An image needs one of $($tools -join ', '), and none of them is there and works: install one (buildah needs no daemon), or start docker's."
}

# The commit, with -dirty when the sources differ from it; 'unknown' outside a repository.
function Get-Revision([string] $Root) {
    if (-not (Get-Command -Name git -CommandType Application -ErrorAction Ignore)) { return 'unknown' }
    $commit = & git -C $Root rev-parse --short=12 HEAD 2>$null
    if ($LASTEXITCODE -ne 0) { return 'unknown' }
    $changes = & git -C $Root status --porcelain
    if ($changes) { "$commit-dirty" } else { $commit }
}

# This machine's architecture, as images name it.
function Get-Architecture {
    switch ([Runtime.InteropServices.RuntimeInformation]::OSArchitecture) { 'X64' { 'amd64' } 'Arm64' { 'arm64' } default { throw "There is no image for $_`: linux/amd64 and linux/arm64 are built." } }
}

function Invoke-ImageTool([string] $Tool, [string[]] $Arguments) {
    & $Tool @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Tool $($Arguments[0]) ended with $LASTEXITCODE." }
}

function Build-Image([string] $Root, [string] $Version, [string] $Registry, [bool] $Push, [string] $Platform, [string] $SdkImage, [string] $BaseImage, [string] $Tool) {
    $Registry = $Registry.TrimEnd('/')
    $hostName = $Registry.Split('/')[0]
    if ($Registry -and $Registry -cnotmatch '^[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]+)?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$') {
        throw "-Registry '$Registry' cannot begin an image's name: give host/namespace, in lower case, such as registry.example/team."
    }

    if ($Push -and -not ($hostName -match '[.:]' -or $hostName -eq 'localhost')) {
        throw "-Push needs to know where to: '$Registry' names no registry. Give -Registry host/namespace, such as registry.example/team."
    }

    $Tool = Find-ImageTool $Tool
    $revision = Get-Revision $Root
    # A name without a registry is docker's own way to say: of this machine. To buildah and podman it is any image here whose name ends so, which would lose its tag.
    $name = if ($Registry) { "$Registry/k8sscaletest" } elseif ($Tool -eq 'docker') { 'k8sscaletest' } else { 'localhost/k8sscaletest' }
    $tags = @("${name}:$Version", "${name}:$revision")
    $arguments = @('build', '--file', "$Root/module/deploy/Dockerfile")
    foreach ($tag in $tags) { $arguments += '--tag', $tag }
    if ($Platform) { $arguments += '--platform', $Platform }
    $values = [ordered] @{ VERSION = $Version; REVISION = $revision; CREATED = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ'); SDK_IMAGE = $SdkImage; BASE_IMAGE = $BaseImage }
    # For another architecture, only the last stage is of that one. Docker knows where it builds; buildah (up to 1.28 at least) and podman have to be told.
    if ($Platform -and $Tool -ne 'docker') { $values.BUILDPLATFORM = "linux/$(Get-Architecture)" }
    foreach ($key in $values.Keys) {
        if ($values[$key]) { $arguments += '--build-arg', "$key=$($values[$key])" }
    }

    # How this machine gets packages is how the build gets them; as a secret it stays out of the image.
    $config = [IO.Path]::Combine([Environment]::GetFolderPath('UserProfile'), '.nuget', 'NuGet', 'NuGet.Config')
    if ([IO.File]::Exists($config)) { $arguments += '--secret', "id=nuget,src=$config" }
    Invoke-ImageTool $Tool ($arguments + $Root)
    if ($Push) {
        foreach ($tag in $tags) { Invoke-ImageTool $Tool @('push', $tag) }
    }

    $Host.UI.WriteLine("The image is $($tags -join ' and ')$(if ($Push) { ', pushed' }), made by $Tool.")
}
